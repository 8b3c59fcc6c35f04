export { findGoTool } from './go-tool.ts';
export { House, type HouseOptions } from './house.ts';
export { specify, type Answered, type Given } from './specify.ts';
export { Wire } from './wire.ts';
