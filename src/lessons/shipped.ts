/** What the build makes of the lessons that the product ships. */
export { entryOfLesson, inOrder } from './catalogue';
export { encodeAnswers } from './encodedAnswers';
