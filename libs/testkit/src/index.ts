export { specify, type Answered, type Given } from './specify.ts';
