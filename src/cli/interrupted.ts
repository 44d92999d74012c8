export { Interrupted } from '../questionnaire/interrupted.ts';
