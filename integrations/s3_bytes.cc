#include "integrations/s3_bytes.h"

#include <string>
#include <utility>

#include "engine/base/error_names.h"
#include "engine/base/utf.h"

namespace gait {
namespace {

class ObjectBytes : public RandomBytes {
 public:
  explicit ObjectBytes(std::unique_ptr<S3Object> object) : object_(std::move(object)) {}

  int64_t size() const override { return object_->size(); }
  Result<std::string> ReadAt(int64_t offset, size_t count) override {
    auto bytes = object_->ReadAt(offset, count);
    if (const auto* refusal = RefusalOf(bytes)) {
      return WorkflowError{std::string(error_names::kItemReaderFailed), refusal->message};
    }
    return std::get<std::string>(std::move(bytes));
  }

 private:
  const std::unique_ptr<S3Object> object_;
};

WorkflowError NotWritten(const std::string& name, const S3Refusal& refusal) {
  return {std::string(error_names::kResultWriterFailed), name + ": " + refusal.code + ": " + refusal.message};
}

class ObjectSink : public ByteSink {
 public:
  ObjectSink(std::string name, std::unique_ptr<S3Upload> upload) : name_(std::move(name)), upload_(std::move(upload)) {}

  std::optional<WorkflowError> Write(std::string_view bytes) override {
    if (const auto refusal = upload_->Write(bytes)) return NotWritten(name_, *refusal);
    return std::nullopt;
  }
  std::optional<WorkflowError> Finish() override {
    const auto etag = upload_->Finish();
    if (const auto* refusal = RefusalOf(etag)) return NotWritten(name_, *refusal);
    return std::nullopt;
  }

 private:
  const std::string name_;
  const std::unique_ptr<S3Upload> upload_;
};

}  // namespace

std::unique_ptr<RandomBytes> RandomBytesOf(std::unique_ptr<S3Object> object) {
  return std::make_unique<ObjectBytes>(std::move(object));
}

Result<std::unique_ptr<ByteSink>> OpenS3Result(const S3& s3, std::string_view bucket, std::string_view key) {
  std::string name = ReplaceInvalidUtf8("s3://" + std::string(bucket) + "/" + std::string(key));
  auto upload = s3.Upload(bucket, key);
  if (const auto* refusal = RefusalOf(upload)) return NotWritten(name, *refusal);
  return std::unique_ptr<ByteSink>(
      std::make_unique<ObjectSink>(std::move(name), std::get<std::unique_ptr<S3Upload>>(std::move(upload))));
}

}  // namespace gait
