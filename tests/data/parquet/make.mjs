// Writes the samples of this folder: NAME[.VARIANT].parquet, and NAME.jsonl with the items that a reader should find in
// it, which are spelled here by hand or from the same data, never by a Parquet reader. See README.md.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as arrow from "apache-arrow";
import parquetjs from "@dsnp/parquetjs";
import { parquetWriteBuffer } from "hyparquet-writer";
import * as pw from "parquet-wasm/node";

const { Compression, Encoding, WriterPropertiesBuilder, WriterVersion } = pw;

// `columns`: [name, expected JSON texts by row]
function expect(name, columns) {
  const rows = columns[0][1].length;
  let text = "";
  for (let row = 0; row < rows; ++row) {
    text += "{" + columns.map(([column, texts]) => JSON.stringify(column) + ":" + texts[row]).join(",") + "}\n";
  }
  writeFileSync(fileURLToPath(new URL(name.replace(/\..*/, "") + ".jsonl", import.meta.url)), text);
}

function save(name, bytes) {
  if (bytes.length > 10_000) throw new Error(`${name}: ${bytes.length} bytes`);
  writeFileSync(fileURLToPath(new URL(name + ".parquet", import.meta.url)), bytes);
  console.log(name, bytes.length);
}

// `columns`: [name, Arrow type, values, expected JSON texts]; by Arrow's own Rust writer.
function rust(name, columns, set = (b) => b, batch = Infinity) {
  const fields = columns.map(([n, type, values]) => new arrow.Field(n, type, values.includes(null)));
  const vectors = columns.map(([, type, values]) => arrow.vectorFromArray(values, type));
  const schema = new arrow.Schema(fields);
  const data = arrow.makeData({
    type: new arrow.Struct(fields), length: columns[0][2].length, nullCount: 0, children: vectors.map((v) => v.data[0]),
  });
  const table = new arrow.Table(schema, new arrow.RecordBatch(schema, data));
  const properties = set(new WriterPropertiesBuilder()).build();
  save(name, pw.writeParquet(pw.Table.fromIPCStream(arrow.tableToIPC(table, "stream")), properties));
  expect(name, columns.map(([n, , , texts]) => [n, texts]));
}

// `columns`: [schema element without its name's repetition, values, expected JSON texts, options]; by hyparquet-writer.
function javascript(name, columns, options = {}) {
  const schema = [{ name: "root", num_children: columns.length }, ...columns.map(([element]) => element)];
  const columnData = columns.map(([element, data, , more]) => ({ name: element.name, data, ...more }));
  save(name, new Uint8Array(parquetWriteBuffer({ schema, columnData, ...options })));
  expect(name, columns.map(([element, , texts]) => [element.name, texts]));
}

const json = (values) => values.map((v) => (v === null ? "null" : JSON.stringify(v)));
const double = (values) => values.map((v) => (v === null ? "null" : Number.isInteger(v) ? v + ".0" : String(v)));
const count = (n, f) => Array.from({ length: n }, (_, i) => f(i));

// --- The codecs, each in both versions of pages, with dictionaries and without -----------------------------------------
const n = 60;
const ids = count(n, (i) => i * 7 - 100);
const names = count(n, (i) => (i % 7 === 3 ? null : `name ${i % 5} é "${i}"`));
const states = count(n, (i) => ["open", "closed", null, "open", ""][i % 5]);
const amounts = count(n, (i) => (i % 4 === 1 ? null : i * 0.25 - 3));
const flags = count(n, (i) => (i % 6 === 0 ? null : i % 3 === 0));
const mixed = [
  ["id", new arrow.Int32(), ids, json(ids)],
  ["name", new arrow.Utf8(), names, json(names)],
  ["state", new arrow.Utf8(), states, json(states)],
  ["amount", new arrow.Float64(), amounts, double(amounts)],
  ["flag", new arrow.Bool(), flags, json(flags)],
];
for (const codec of ["UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "BROTLI", "LZ4_RAW"]) {
  for (const version of ["V1", "V2"]) {
    for (const dictionary of [true, false]) {
      if (codec.match(/BROTLI|LZ4/) && (version === "V2" || dictionary)) continue;
      rust(`mixed.${codec}.${version}.${dictionary ? "dictionary" : "plain"}`, mixed, (b) =>
        b.setCompression(Compression[codec]).setWriterVersion(WriterVersion[version]).setDictionaryEnabled(dictionary)
          .setEncoding(Encoding.PLAIN));
    }
  }
}

// --- Row groups and pages ---------------------------------------------------------------------------------------------
const many = count(1000, (i) => i);
const words = count(1000, (i) => (i % 11 === 0 ? null : `w${i % 37}`));
rust("groups_and_pages", [
  ["i", new arrow.Int32(), many, json(many)],
  ["word", new arrow.Utf8(), words, json(words)],
], (b) => b.setMaxRowGroupSize(300).setDataPageSizeLimit(200).setWriteBatchSize(20).setCompression(Compression.ZSTD)
  .setColumnDictionaryEnabled("i", false).setColumnEncoding("i", Encoding.DELTA_BINARY_PACKED));
// A dictionary that grows too long: the pages behind are plain.
const long = count(120, (i) => `value ${i} ${"x".repeat(i % 9)}`);
rust("dictionary_given_up", [["s", new arrow.Utf8(), long, json(long)]],
  (b) => b.setDictionaryPageSizeLimit(300).setDataPageSizeLimit(300).setWriteBatchSize(10));
rust("no_rows", [["a", new arrow.Int32(), [], []], ["b", new arrow.Utf8(), [], []]]);
rust("one_value", [["a", new arrow.Int64(), [9223372036854775807n], ["9223372036854775807"]]]);
const nothing = count(20, () => null);
rust("only_nulls", [["a", new arrow.Int32(), nothing, json(nothing)], ["b", new arrow.Utf8(), nothing, json(nothing)]]);

// --- The encodings ----------------------------------------------------------------------------------------------------
const steps = count(150, (i) => (i * i * 31) % 1000 - 500);
const far = count(150, (i) => (i % 9 === 4 ? null : BigInt(i) * 123456789012345678n * (i % 2 ? 1n : -1n) % (1n << 63n)));
const paths = count(150, (i) => (i % 10 === 7 ? null : `/data/${String(i >> 5).padStart(3, "0")}/${i}.csv`));
const halves = count(150, (i) => i / 8 - 7);
const encoded = (suffix, version) => rust(`encodings.${suffix}`, [
  ["delta32", new arrow.Int32(), steps, json(steps)],
  ["delta64", new arrow.Int64(), far, far.map(String)],
  ["lengths", new arrow.Utf8(), paths, json(paths)],
  ["prefixes", new arrow.Utf8(), paths, json(paths)],
  ["split", new arrow.Float64(), halves, double(halves)],
  ["split32", new arrow.Int32(), steps, json(steps)],
  ["bools", new arrow.Bool(), steps.map((s) => s % 2 === 0), json(steps.map((s) => s % 2 === 0))],
], (b) => b.setDictionaryEnabled(false).setWriterVersion(version).setCompression(Compression.GZIP)
  .setColumnEncoding("delta32", Encoding.DELTA_BINARY_PACKED).setColumnEncoding("delta64", Encoding.DELTA_BINARY_PACKED)
  .setColumnEncoding("lengths", Encoding.DELTA_LENGTH_BYTE_ARRAY).setColumnEncoding("prefixes", Encoding.DELTA_BYTE_ARRAY)
  .setColumnEncoding("split", Encoding.BYTE_STREAM_SPLIT).setColumnEncoding("split32", Encoding.BYTE_STREAM_SPLIT)
  .setColumnEncoding("bools", Encoding.RLE));
encoded("V1", WriterVersion.V1);
encoded("V2", WriterVersion.V2);

// --- The types, as Arrow has them -------------------------------------------------------------------------------------
const day = 86400000;
const moments = [Date.UTC(2026, 2, 14, 1, 59, 26, 535), null, -1, Date.UTC(1969, 0, 1), Date.UTC(9999, 11, 31)];
const iso = (digits) => moments.map((m) => (m === null ? "null" : `"${new Date(m).toISOString().replace("Z", "0".repeat(digits - 3) + "Z")}"`));
const scaled = (by) => moments.map((m) => (m === null ? null : BigInt(m) * by));
// The units that the arrow package converts by itself are circumvented: it takes milliseconds for all of them.
const raw64 = (type, values) => {
  const nulls = new Uint8Array(8);
  values.forEach((v, i) => { if (v !== null) nulls[i >> 3] |= 1 << (i & 7); });
  return arrow.makeVector(arrow.makeData({
    type, length: values.length, nullCount: values.filter((v) => v === null).length, nullBitmap: nulls,
    data: BigInt64Array.from(values.map((v) => v ?? 0n)),
  }));
};
function rustVectors(name, columns) {
  const fields = columns.map(([n, v]) => new arrow.Field(n, v.type, true));
  const schema = new arrow.Schema(fields);
  const data = arrow.makeData({
    type: new arrow.Struct(fields), length: columns[0][1].length, nullCount: 0, children: columns.map(([, v]) => v.data[0]),
  });
  save(name, pw.writeParquet(pw.Table.fromIPCStream(arrow.tableToIPC(new arrow.Table(schema, new arrow.RecordBatch(schema, data)), "stream")),
    new WriterPropertiesBuilder().build()));
  expect(name, columns.map(([n, , texts]) => [n, texts]));
}
const vector = (type, values) => arrow.vectorFromArray(values, type);
const bytes = [new Uint8Array([0, 255, 16]), null, new Uint8Array([]), new Uint8Array([104, 105]), new Uint8Array([128])];
const base64 = bytes.map((b) => (b === null ? "null" : `"${Buffer.from(b).toString("base64")}"`));
const floats = [0.1, null, -2.5, 16777216, 1e-7];
const doubles = [NaN, Infinity, -Infinity, 1e300, -0.0];
rustVectors("types_arrow", [
  ["i8", vector(new arrow.Int8(), [-128, null, 0, 1, 127]), ["-128", "null", "0", "1", "127"]],
  ["i16", vector(new arrow.Int16(), [-32768, null, 0, 1, 32767]), ["-32768", "null", "0", "1", "32767"]],
  ["u8", vector(new arrow.Uint8(), [0, null, 1, 200, 255]), ["0", "null", "1", "200", "255"]],
  ["u16", vector(new arrow.Uint16(), [0, null, 1, 200, 65535]), ["0", "null", "1", "200", "65535"]],
  ["u32", vector(new arrow.Uint32(), [0, null, 1, 200, 4294967295]), ["0", "null", "1", "200", "4294967295"]],
  ["u64", vector(new arrow.Uint64(), [0n, null, 1n, 200n, 18446744073709551615n]), ["0", "null", "1", "200", "18446744073709551615"]],
  ["float", vector(new arrow.Float32(), floats), ["0.1", "null", "-2.5", "1.6777216E7", "1.0E-7"]],
  ["double", vector(new arrow.Float64(), doubles), ["null", "null", "null", "1.0E300", "-0.0"]],
  ["millis", raw64(new arrow.TimestampMillisecond("UTC"), scaled(1n)), iso(3)],
  ["micros", raw64(new arrow.TimestampMicrosecond("UTC"), scaled(1000n)), iso(6)],
  ["nanos", raw64(new arrow.TimestampNanosecond("UTC"), moments.map((m, i) => (m === null ? null : i === 4 ? 1n : BigInt(m) * 1000000n))),
    [...iso(9).slice(0, 4), '"1970-01-01T00:00:00.000000001Z"']],
  ["local", raw64(new arrow.TimestampMicrosecond(), scaled(1000n)), iso(6)],
  ["date", vector(new arrow.DateDay(), moments.map((m) => (m === null ? null : Math.floor(m / day) * day))),
    ['"2026-03-14"', "null", '"1969-12-31"', '"1969-01-01"', '"9999-12-31"']],
  ["time_millis", vector(new arrow.TimeMillisecond(), [0, null, 1, 86399999, 3723004]),
    ['"00:00:00.000"', "null", '"00:00:00.001"', '"23:59:59.999"', '"01:02:03.004"']],
  ["time_micros", vector(new arrow.TimeMicrosecond(), [0n, null, 1n, 86399999999n, 3723000004n]),
    ['"00:00:00.000000"', "null", '"00:00:00.000001"', '"23:59:59.999999"', '"01:02:03.000004"']],
  ["time_nanos", vector(new arrow.TimeNanosecond(), [0n, null, 1n, 86399999999999n, 3723000000004n]),
    ['"00:00:00.000000000"', "null", '"00:00:00.000000001"', '"23:59:59.999999999"', '"01:02:03.000000004"']],
  ["binary", vector(new arrow.Binary(), bytes), base64],
]);

// --- The types, as hyparquet-writer has them: converted types of old, and what Arrow's JavaScript lacks -----------------
const uuid = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
const big = 12345678901234567890123456789n;
const REQUIRED = "REQUIRED", OPTIONAL = "OPTIONAL";
javascript("types_converted", [
  [{ name: "utf8", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: REQUIRED }, ["a", "é😀", "\t\"\\"], ['"a"', '"é😀"', '"\\t\\"\\\\"']],
  [{ name: "enum", type: "BYTE_ARRAY", converted_type: "ENUM", repetition_type: REQUIRED },
    ["A", "B", "A"].map((t) => new TextEncoder().encode(t)), ['"A"', '"B"', '"A"']],
  [{ name: "json", type: "BYTE_ARRAY", converted_type: "JSON", repetition_type: OPTIONAL }, [{ a: [1] }, null, "x"],
    ['"{\\"a\\":[1]}"', "null", '"\\"x\\""']],
  [{ name: "dec32", type: "INT32", converted_type: "DECIMAL", scale: 2, precision: 9, repetition_type: REQUIRED },
    [12345n, -5n, 0n], ["123.45", "-0.05", "0.00"]],
  [{ name: "dec64", type: "INT64", converted_type: "DECIMAL", scale: 0, precision: 18, repetition_type: OPTIONAL },
    [1n, null, -999999999999999999n], ["1", "null", "-999999999999999999"]],
  [{ name: "dec_fixed", type: "FIXED_LEN_BYTE_ARRAY", type_length: 16, converted_type: "DECIMAL", scale: 9, precision: 38, repetition_type: REQUIRED },
    [big, -big, -1n], ["12345678901234567890.123456789", "-12345678901234567890.123456789", "-0.000000001"]],
  [{ name: "date", type: "INT32", converted_type: "DATE", repetition_type: REQUIRED }, [0, -1, 20526], ['"1970-01-01"', '"1969-12-31"', '"2026-03-14"']],
  [{ name: "time_millis", type: "INT32", converted_type: "TIME_MILLIS", repetition_type: REQUIRED }, [0, 1, 86399999],
    ['"00:00:00.000"', '"00:00:00.001"', '"23:59:59.999"']],
  [{ name: "time_micros", type: "INT64", converted_type: "TIME_MICROS", repetition_type: REQUIRED }, [0n, 1n, 86399999999n],
    ['"00:00:00.000000"', '"00:00:00.000001"', '"23:59:59.999999"']],
  [{ name: "millis", type: "INT64", converted_type: "TIMESTAMP_MILLIS", repetition_type: OPTIONAL }, [0n, null, 1773453566535n],
    ['"1970-01-01T00:00:00.000Z"', "null", '"2026-03-14T01:59:26.535Z"']],
  [{ name: "micros", type: "INT64", converted_type: "TIMESTAMP_MICROS", repetition_type: REQUIRED }, [0n, -1n, 1773453566535897n],
    ['"1970-01-01T00:00:00.000000Z"', '"1969-12-31T23:59:59.999999Z"', '"2026-03-14T01:59:26.535897Z"']],
  [{ name: "uint32", type: "INT32", converted_type: "UINT_32", repetition_type: REQUIRED }, [0, 1, 4294967295], ["0", "1", "4294967295"]],
  [{ name: "uuid", type: "FIXED_LEN_BYTE_ARRAY", type_length: 16, logical_type: { type: "UUID" }, repetition_type: REQUIRED },
    [uuid, uuid.replace("f8", "00"), uuid], [`"${uuid}"`, `"${uuid.replace("f8", "00")}"`, `"${uuid}"`]],
  [{ name: "float16", type: "FIXED_LEN_BYTE_ARRAY", type_length: 2, logical_type: { type: "FLOAT16" }, repetition_type: REQUIRED },
    [1.5, -65504, NaN], ["1.5", "-65504.0", "null"]],
  [{ name: "bytes", type: "BYTE_ARRAY", repetition_type: REQUIRED }, [[0], [1, 2], [255, 254, 253]].map((b) => new Uint8Array(b)),
    ['"AA=="', '"AQI="', '"//79"']],
  [{ name: "fixed", type: "FIXED_LEN_BYTE_ARRAY", type_length: 3, repetition_type: REQUIRED }, [[0, 0, 0], [1, 2, 3], [255, 254, 253]].map((b) => new Uint8Array(b)),
    ['"AAAA"', '"AQID"', '"//79"']],
], { statistics: false });
// Small, for the tests that change every byte of it.
javascript("small", [
  [{ name: "a", type: "INT32", repetition_type: OPTIONAL }, [1, null, 3, 1, 1], ["1", "null", "3", "1", "1"]],
  [{ name: "b", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: REQUIRED }, ["x", "y", "x", "x", "y"],
    ['"x"', '"y"', '"x"', '"x"', '"y"'], { encoding: "RLE_DICTIONARY" }],
  [{ name: "c", type: "DOUBLE", repetition_type: REQUIRED }, [0.5, 1, 1.5, 2, 2.5], ["0.5", "1.0", "1.5", "2.0", "2.5"]],
], { statistics: false });
// Not flat.
save("nested", pw.writeParquet(pw.Table.fromIPCStream(arrow.tableToIPC(arrow.tableFromArrays({
  plain: [1, 2], list: arrow.vectorFromArray([[1], [2, 3]], new arrow.List(new arrow.Field("item", new arrow.Int32(), true))),
}), "stream"))));
// INT96, of which this writer fills the lower 8 bytes alone: nanoseconds of the first of all Julian days.
{
  const name = fileURLToPath(new URL("int96.parquet", import.meta.url));
  const writer = await parquetjs.ParquetWriter.openFile(new parquetjs.ParquetSchema({
    t: { type: "INT96" }, s: { type: "UTF8", optional: true, compression: "GZIP" }, b: { type: "BOOLEAN" },
  }), name, { useDataPageV2: false });
  for (const i of [0, 1, 2]) await writer.appendRow({ t: i * 1000, s: i === 1 ? undefined : `s${i}`, b: i === 1 });
  await writer.close();
  expect("int96", [
    ["t", [0, 1, 2].map((i) => `"-4713-11-24T00:00:00.00000${i}000Z"`)],
    ["s", ['"s0"', "null", '"s2"']],
    ["b", ["false", "true", "false"]],
  ]);
}
