// What the live case measures, as a program of its own (build.ts): the other cells carry no web server and no database.
export { apiLoad } from './api-load.ts';
export { journalWrite } from './journal-write.ts';
