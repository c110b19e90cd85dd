/** What the build makes of the lessons that the product ships. */
export { byOrder, entryOfLesson } from './catalogue';
export { encodeAnswers } from './encodedAnswers';
