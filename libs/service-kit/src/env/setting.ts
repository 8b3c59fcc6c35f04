/** What every setting says of itself: one sentence for the person who has to choose its value. */
type Described = { readonly help: string };

/** A setting is required, has a default, or may be left out and is `null` then. */
type Presence<Value> =
  | { readonly default?: never; readonly optional?: never }
  | { readonly default: Value; readonly optional?: never }
  | { readonly default?: never; readonly optional: true };

/** An address, with its scheme. No defaults: an address that nobody chose is somebody else's. */
export type UrlSetting = Described &
  Presence<string> & {
    readonly type: 'url';
    /** Without the colon; any by default. */
    readonly schemes?: readonly string[];
  };
/** A file that exists and can be read; a secret is always one. */
export type FileSetting = Described & Presence<string> & { readonly type: 'file' };
/** A file or folder that need not exist yet; the value is absolute. */
export type PathSetting = Described & Presence<string> & { readonly type: 'path' };
/** A whole number within bounds, both inclusive. */
export type IntSetting = Described &
  Presence<number> & { readonly type: 'int'; readonly min: number; readonly max: number };
export type TextSetting = Described & Presence<string> & { readonly type: 'text'; readonly pattern?: RegExp };
/** One word of a closed list. */
export type ChoiceSetting<Word extends string = string> = Described &
  Presence<Word> & { readonly type: 'choice'; readonly of: readonly Word[] };
export type FlagSetting = Described & Presence<boolean> & { readonly type: 'flag' };

export type Setting = UrlSetting | FileSetting | PathSetting | IntSetting | TextSetting | ChoiceSetting | FlagSetting;

/** Settings by the name of their environment variable. */
export type Settings = Readonly<Record<string, Setting>>;

type Given<S extends Setting> = S extends IntSetting
  ? number
  : S extends FlagSetting
    ? boolean
    : S extends { readonly type: 'choice'; readonly of: readonly (infer Word)[] }
      ? Word
      : string;

/** What a setting is once it was read. */
export type ValueOf<S extends Setting> = S extends { readonly optional: true } ? Given<S> | null : Given<S>;
