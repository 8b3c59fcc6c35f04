import { DefaultNamingStrategy } from 'typeorm';

/** `barCloseAt` as `bar_close_at`. */
export const snakeCase = (camelCase: string): string =>
  camelCase.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);

/** Columns are called as the property is, in snake case, so that no row class has to say it. */
export class SnakeNaming extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string, embeddedPrefixes: string[]): string {
    return super.columnName(snakeCase(propertyName), customName, embeddedPrefixes);
  }
}
