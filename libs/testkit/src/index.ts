export { specify, type Answered, type Given } from './specify.ts';
export { House, type HouseOptions } from './house.ts';
export { Wire } from './wire.ts';
