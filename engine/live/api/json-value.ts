// JSON as the message that holds any JSON.
import { fromJson } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import type { Value } from '@bufbuild/protobuf/wkt';
import type { Json } from '../json.ts';

export const valueOf = (value: Json): Value => fromJson(ValueSchema, value as never);
