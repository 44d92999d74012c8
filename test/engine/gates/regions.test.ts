import { describe, expect, it } from 'vitest';
import { isInside } from '../../../src/engine/gates/regions.ts';

describe('isInside', () => {
  it.each([
    ['eu', 'eu', true],
    ['EU', 'eu', true],
    ['de', 'eu', true],
    ['eu-west-1', 'eu', true],
    ['eu-west-2', 'eu', false], // London
    ['eu-central-2', 'eu', false], // Zurich
    ['europe-west4', 'eu', true],
    ['europe-west6', 'eu', false],
    ['westeurope', 'eu', true],
    ['uksouth', 'eu', false],
    ['no', 'eu', false],
    ['no', 'eea', true],
    ['eu', 'eea', true],
    ['europe', 'eu', null],
    ['global', 'eu', false],
    ['us', 'eu', false],
    ['us-east-1', 'us', true],
    ['us-gov-west-1', 'us', true],
    ['us-tx-3', 'us', true],
    ['eastus2', 'us', true],
    ['eu', 'us', false],
    ['eu', 'de', null],
    ['eu-ro-1', 'ro', true],
    ['fr', 'de', false],
    ['de', 'de', true],
    ['us-east-1', 'us-west-2', null],
    ['eu-west-1', 'eu-west-1', true],
    ['gb', 'uk', true],
    ['ap-south-1', 'in', true],
    ['in-house', 'in', null], // not India
    ['no-cloud', 'eu', null], // not Norway
    ['rack 4', 'eu', null],
  ])('%s in %s is %s', (region, place, answer) => {
    expect(isInside(region, place)).toBe(answer);
  });
});
