#include "integrations/s3_sdk.h"

#include <algorithm>
#include <cstdio>

#include "engine/base/base64.h"
#include "engine/base/cause_table.h"
#include "engine/base/crc32.h"
#include "engine/base/utf.h"
#include "engine/json/write.h"
#include "integrations/parameters.h"

namespace gait {
namespace {

constexpr int64_t kPageMax = 1'000;  // objects; S3's

using Answer = S3Result<Value>;

struct Call {
  const S3& s3;
  const Value& parameters;
  size_t body_bytes_max;

  // "" if it is not there: what must be there was looked for.
  std::string_view Text(std::string_view name) const {
    const Value* value = parameters.Find(name);
    return value != nullptr && value->is_string() ? value->as_string() : std::string_view();
  }
};

// As Java writes an Instant of whole seconds, which is all that S3 gives.
Value DateOf(Timestamp t) {
  std::string text = FormatTimestamp({t.ms - ((t.ms % 1000) + 1000) % 1000});
  if (text.ends_with(".000Z")) text.replace(text.size() - 5, 5, "Z");
  return Value::String(text);
}

Answer ReadObject(const Call& call, bool with_body) {
  auto opened = call.s3.Open(call.Text("Bucket"), call.Text("Key"));
  if (const auto* refusal = RefusalOf(opened)) return *refusal;
  S3Object& object = *std::get<std::unique_ptr<S3Object>>(opened);
  const auto etag = object.ETag();
  if (const auto* refusal = RefusalOf(etag)) return *refusal;
  ObjectBuilder result;
  result.Add("AcceptRanges", Value::String("bytes"));
  result.Add("ContentLength", Value::Int(object.size()));
  result.Add("ContentType", Value::String(ReplaceInvalidUtf8(object.content_type())));
  result.Add("ETag", Value::String(std::get<std::string>(etag)));
  result.Add("LastModified", DateOf(object.last_modified()));
  result.Add("Metadata", Value::Object());
  result.Add("ServerSideEncryption", Value::String("AES256"));
  if (!with_body) return result.Build();
  std::string body;
  while (body.size() <= call.body_bytes_max) {
    auto chunk = object.Read(call.body_bytes_max + 1 - body.size());
    if (const auto* refusal = RefusalOf(chunk)) return *refusal;
    if (std::get<std::string>(chunk).empty()) break;
    body += std::get<std::string>(chunk);
  }
  result.Add("Body", Value::String(ReplaceInvalidUtf8(body)));
  return result.Build();
}

Answer GetObject(const Call& call) { return ReadObject(call, /*with_body=*/true); }
Answer HeadObject(const Call& call) { return ReadObject(call, /*with_body=*/false); }

Answer PutObject(const Call& call) {
  // Recorded: a body is JSON, that of a text with its quotes.
  const Value* given = call.parameters.Find("Body");
  const std::string body = given == nullptr ? "" : ToJson(*given);
  const auto etag = call.s3.Put(call.Text("Bucket"), call.Text("Key"), body);
  if (const auto* refusal = RefusalOf(etag)) return *refusal;
  const uint32_t crc = Crc32(body);
  const char bytes[] = {static_cast<char>(crc >> 24 & 0xff), static_cast<char>(crc >> 16 & 0xff),
                        static_cast<char>(crc >> 8 & 0xff), static_cast<char>(crc & 0xff)};
  return Value::Object({{"ChecksumCRC32", Value::String(ToBase64({bytes, sizeof bytes}))},
                        {"ChecksumType", Value::String("FULL_OBJECT")},
                        {"ETag", Value::String(std::get<std::string>(etag))},
                        {"ServerSideEncryption", Value::String("AES256")}});
}

Answer DeleteObject(const Call& call) {
  const auto deleted = call.s3.Delete(call.Text("Bucket"), call.Text("Key"));
  if (const auto* refusal = RefusalOf(deleted)) return *refusal;
  return Value::Object();
}

int64_t MaxKeys(const Value& parameters) {
  const Value* most = parameters.Find("MaxKeys");
  return most != nullptr && most->is_int() ? std::clamp<int64_t>(most->as_int(), 0, kPageMax) : kPageMax;
}

Value ContentsOf(const S3Page& page) {
  ArrayBuilder contents(page.objects.size());
  for (const S3ObjectInfo& object : page.objects) {
    contents.Add(Value::Object({{"ETag", Value::String(object.etag)},
                                {"Key", Value::String(ReplaceInvalidUtf8(object.key))},
                                {"LastModified", DateOf(object.last_modified)},
                                {"Size", Value::Int(object.size)},
                                {"StorageClass", Value::String("STANDARD")}}));
  }
  return contents.Build();
}

Answer ListObjectsV2(const Call& call) {
  const int64_t most = MaxKeys(call.parameters);
  const auto listed = call.s3.List(call.Text("Bucket"), call.Text("Prefix"), call.Text("StartAfter"),
                                   static_cast<size_t>(most), call.Text("ContinuationToken"));
  if (const auto* refusal = RefusalOf(listed)) return *refusal;
  const S3Page& page = std::get<S3Page>(listed);
  const bool more = page.truncated && !page.next.empty();
  ObjectBuilder result;
  if (!page.objects.empty()) result.Add("Contents", ContentsOf(page));
  if (const Value* token = call.parameters.Find("ContinuationToken")) result.Add("ContinuationToken", *token);
  result.Add("IsTruncated", Value::Bool(more));
  result.Add("KeyCount", Value::Int(static_cast<int64_t>(page.objects.size())));
  result.Add("MaxKeys", Value::Int(most));
  result.Add("Name", Value::String(call.Text("Bucket")));
  if (more) result.Add("NextContinuationToken", Value::String(page.next));
  result.Add("Prefix", Value::String(call.Text("Prefix")));
  if (const Value* start = call.parameters.Find("StartAfter")) result.Add("StartAfter", *start);
  return result.Build();
}

// The older one, whose pages go on after a key that is said openly.
Answer ListObjects(const Call& call) {
  const int64_t most = MaxKeys(call.parameters);
  const auto listed =
      call.s3.List(call.Text("Bucket"), call.Text("Prefix"), call.Text("Marker"), static_cast<size_t>(most));
  if (const auto* refusal = RefusalOf(listed)) return *refusal;
  const S3Page& page = std::get<S3Page>(listed);
  ObjectBuilder result;
  if (!page.objects.empty()) result.Add("Contents", ContentsOf(page));
  result.Add("IsTruncated", Value::Bool(page.truncated && !page.objects.empty()));
  result.Add("Marker", Value::String(call.Text("Marker")));
  result.Add("MaxKeys", Value::Int(most));
  result.Add("Name", Value::String(call.Text("Bucket")));
  result.Add("Prefix", Value::String(call.Text("Prefix")));
  return result.Build();
}

// Parameters of an operation, each preceded and followed by a blank. What is not kept is taken and forgotten;
// what would change the answer is not taken, for the answer would be another than S3's.
constexpr std::string_view kListed = " Bucket Prefix MaxKeys EncodingType FetchOwner RequestPayer ExpectedBucketOwner ";
constexpr std::string_view kAddressed = " Bucket Key ChecksumMode RequestPayer ExpectedBucketOwner ";

struct Operation {
  std::string_view action;
  bool has_key;
  std::string_view parameters;  // of all such operations
  std::string_view own;         // its own
  Answer (*perform)(const Call& call);
};
constexpr Operation kOperations[] = {
    {"getObject", true, kAddressed, " ", GetObject},
    {"headObject", true, kAddressed, " ", HeadObject},
    {"deleteObject", true, kAddressed, " ", DeleteObject},
    {"putObject", true, kAddressed,
     " Body Acl ACL CacheControl ChecksumAlgorithm ContentDisposition ContentEncoding ContentLanguage ContentLength "
     "ContentType Metadata ServerSideEncryption StorageClass Tagging ",
     PutObject},
    {"listObjects", false, kListed, " Marker ", ListObjects},
    {"listObjectsV2", false, kListed, " ContinuationToken StartAfter ", ListObjectsV2},
};

bool Names(std::string_view list, std::string_view name) {
  return list.find(" " + std::string(name) + " ") != std::string_view::npos;
}

Answer Perform(const Operation& operation, const Call& call) {
  for (const Member& m : call.parameters.members()) {
    if (Names(operation.parameters, m.name()) || Names(operation.own, m.name())) continue;
    return S3Refusal{"NotImplemented", "gait does not have the parameter " + std::string(m.name()), 501};
  }
  return operation.perform(call);
}

std::string HexDigits(Random& random, int words) {
  std::string digits;
  for (int i = 0; i < words; ++i) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llX", static_cast<unsigned long long>(random.Next()));
    digits += text;
  }
  return digits;
}

WorkflowError ErrorOf(const S3Refusal& refusal, Random& random) {
  if (refusal.status == 0) return {"S3." + refusal.code + "Exception", refusal.message};
  const std::string extended = ToBase64(HexDigits(random, 4));
  return {
      "S3." + refusal.code + "Exception",
      CauseText(Cause::kS3Refusal, {refusal.message, std::to_string(refusal.status), HexDigits(random, 1), extended})};
}

}  // namespace

void S3SdkIntegration::Start(TaskRequest request, std::shared_ptr<TaskListener> listener) {
  const auto* operation = std::find_if(std::begin(kOperations), std::end(kOperations),
                                       [&](const Operation& o) { return o.action == request.resource.action; });
  if (operation == std::end(kOperations)) {
    return listener->Failed(
        ErrorOf({"NotImplemented", "gait does not have the operation " + request.resource.action, 501}, random_));
  }
  for (const std::string_view name : {std::string_view("Bucket"), std::string_view("Key")}) {
    if (name == "Key" && !operation->has_key) continue;
    const Value* value = request.parameters.Find(name);
    if (value == nullptr || !value->is_string()) {
      return listener->Failed(UnusableParameters(request.parameters, Cause::kFieldMissing, name));
    }
  }
  running_.Begin(request.id, [&] {
    threads_.Run([this, operation, request, listener = std::move(listener)] {
      if (closed_) return;
      const Answer answer = Perform(*operation, {s3_, request.parameters, body_bytes_max_});
      const auto delivery = running_.End(request.id);
      if (!delivery) return;
      if (const auto* refusal = RefusalOf(answer)) return listener->Failed(ErrorOf(*refusal, random_));
      if (request.resource.pattern == TaskPattern::kWaitForTaskToken) {
        return listener->Submitted(std::get<Value>(answer));
      }
      listener->Succeeded(std::get<Value>(answer));
    });
    return [] {};
  });
}

void S3SdkIntegration::Close() {
  closed_ = true;
  running_.Close();
}

}  // namespace gait
