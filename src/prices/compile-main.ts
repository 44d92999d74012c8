/** Build step: `node compile-main.js pricing dist/catalog.json`. */

import { writeFileSync } from 'node:fs';
import { compileCatalog, readAccepted } from './compile.ts';
import { pack } from './packed.ts';

const [pricingDir = 'pricing', outFile = 'dist/catalog.json'] = process.argv.slice(2);
writeFileSync(outFile, pack(compileCatalog(pricingDir), readAccepted(pricingDir)));
