/** The build's means to make the lessons that the product ships. */
export { byOrder, entryOfLesson } from './catalogue';
export { encodeAnswers } from './encodedAnswers';
