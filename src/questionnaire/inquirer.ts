/** The four prompts we use, by name: the bundle then leaves out the others (one of them carries an editor and its character tables). */
export { checkbox, confirm, input, select } from '@inquirer/prompts';
