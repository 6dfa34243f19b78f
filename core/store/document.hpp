// Documents as they are stored: JSON, compressed when that pays, behind one byte that says how.
#pragma once
#include "conductor/sdk/result.hpp"

#include <boost/json.hpp>

#include <string>
#include <string_view>

namespace conductor::store {

// The bytes of a blob. Never fails: a value is always JSON.
std::string encode_document(boost::json::value const& content);
// How long the text of a document is, as far as its bytes tell.
std::size_t document_text_bytes(std::string_view bytes);
// `what` names the document in the error (internal: the bytes are damaged or of another program).
sdk::Result<boost::json::value> decode_document(std::string_view bytes, std::string_view what);

}  // namespace conductor::store
