#include "integrations/s3_xml.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

TEST_CASE("a listing") {
  const auto page = ParseListing(
      R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><EncodingType>url</EncodingType>
<IsTruncated>true</IsTruncated><NextContinuationToken>1ueG&amp;cVV==</NextContinuationToken>
<Contents><Key>a%2Fb+c%2B%C3%A4%</Key><LastModified>2009-10-12T17:50:30.000Z</LastModified>
<ETag>&quot;fba9&quot;</ETag><Size>434234</Size><StorageClass>STANDARD</StorageClass></Contents>
<Contents><Key>z</Key><LastModified>2009-10-12T17:50:31Z</LastModified><ETag>"x"</ETag><Size>0</Size></Contents>
</ListBucketResult>)");
  REQUIRE(page);
  CHECK(page->truncated);
  CHECK(page->next == "1ueG&cVV==");
  REQUIRE(page->objects.size() == 2);
  CHECK(page->objects[0].key == "a/b c+\u00e4%");
  CHECK(page->objects[0].size == 434'234);
  CHECK(page->objects[0].etag == "\"fba9\"");
  CHECK(FormatTimestamp(page->objects[0].last_modified) == "2009-10-12T17:50:30.000Z");

  const std::string plain = "<Contents><Key>a%2F+</Key><Size>1</Size><LastModified>2009-10-12T17:50:30Z</LastModified>";
  CHECK(ParseListing("<ListBucketResult>" + plain + "</Contents></ListBucketResult>")->objects.at(0).key == "a%2F+");
  CHECK(ParseListing("<ListBucketResult/>")->objects.empty());
}

TEST_CASE("what is no listing") {
  const std::string key = "<Key>a</Key>", size = "<Size>1</Size>",
                    time = "<LastModified>2009-10-12T17:50:30Z</LastModified>";
  const auto listing = [](const std::string& fields) {
    return ParseListing("<ListBucketResult><Contents>" + fields + "</Contents></ListBucketResult>").has_value();
  };
  CHECK(listing(key + size + time));
  CHECK_FALSE(listing(size + time));
  CHECK_FALSE(listing(key + time));
  CHECK_FALSE(listing(key + size));
  CHECK_FALSE(listing(key + "<Size>-1</Size>" + time));
  CHECK_FALSE(listing(key + "<Size>1x</Size>" + time));
  CHECK_FALSE(listing(key + "<Size>99999999999999999999</Size>" + time));
  for (const char* text : {"", "{}", "<html></html>", "<ListBucketResult>", "<ListBucketResult><Contents>",
                           "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseListing(text));
  }
  // Deep and long texts are read, and have nothing in them.
  std::string deep = "<ListBucketResult>";
  for (int i = 0; i < 1'000'000; ++i) deep += "<a>";
  CHECK_FALSE(ParseListing(deep));
  const std::string bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><Error><Code>&b;</Code></Error>";
  CHECK(ParseS3Error(bomb, 400)->code == "&b;");
}

TEST_CASE("errors, and answers about uploads") {
  const auto error = ParseS3Error("<Error><Code>NoSuchKey</Code><Message>The &lt;key&gt;</Message></Error>", 404);
  CHECK(error->code == "NoSuchKey");
  CHECK(error->message == "The <key>");
  CHECK(error->status == 404);
  CHECK_FALSE(ParseS3Error("<Error></Error>", 404));
  CHECK_FALSE(ParseS3Error("not found", 404));
  CHECK(ParseS3Error("<Error><Code>x</Code><Message>" + std::string(9'999, 'm') + "</Message></Error>", 404)
            ->message.size() == 1'024);
  CHECK(ParseUploadId("<InitiateMultipartUploadResult><UploadId>u&amp;</UploadId></InitiateMultipartUploadResult>") ==
        "u&");
  CHECK(ParseUploadId("<x/>") == "");
  CHECK(*ParseCompleted("<CompleteMultipartUploadResult><ETag>\"x-2\"</ETag></CompleteMultipartUploadResult>") ==
        "\"x-2\"");
  CHECK_FALSE(ParseCompleted("<Error><Code>InternalError</Code></Error>"));
  CHECK(CompletionOf({"\"a\"", "<b>"}) ==
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag></Part><Part><PartNumber>2"
        "</PartNumber><ETag>&lt;b&gt;</ETag></Part></CompleteMultipartUpload>");
}

}  // namespace
}  // namespace gait
