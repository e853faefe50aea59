// api/default_vendors.cpp: parts of model names and whose they are, in the order of spec 03 section 13.1.
#include "api/default_vendors.h"

#include "base/text.h"

namespace opusclaw::api {
namespace {

struct Row {
    std::string_view part;
    DefaultVendor vendor;
};
constexpr Row kRows[] = {
    {"gpt", {"OpenAI", "OpenAI"}},
    {"dall-e", {"OpenAI", "OpenAI"}},
    {"whisper", {"OpenAI", "OpenAI"}},
    {"o1", {"OpenAI", "OpenAI"}},
    {"o3", {"OpenAI", "OpenAI"}},
    {"claude", {"Anthropic", "Claude.Color"}},
    {"gemini", {"Google", "Gemini.Color"}},
    {"moonshot", {"Moonshot", "Moonshot"}},
    {"kimi", {"Moonshot", "Moonshot"}},
    {"chatglm", {"智谱", "Zhipu.Color"}},
    {"glm-", {"智谱", "Zhipu.Color"}},
    {"qwen", {"阿里巴巴", "Qwen.Color"}},
    {"deepseek", {"DeepSeek", "DeepSeek.Color"}},
    {"abab", {"MiniMax", "Minimax.Color"}},
    {"ernie", {"百度", "Wenxin.Color"}},
    {"spark", {"讯飞", "Spark.Color"}},
    {"hunyuan", {"腾讯", "Hunyuan.Color"}},
    {"command", {"Cohere", "Cohere.Color"}},
    {"@cf/", {"Cloudflare", "Cloudflare.Color"}},
    {"360", {"360", "Ai360.Color"}},
    {"yi", {"零一万物", "Yi.Color"}},
    {"jina", {"Jina", "Jina"}},
    {"mistral", {"Mistral", "Mistral.Color"}},
    {"grok", {"xAI", "XAI"}},
    {"llama", {"Meta", "Ollama"}},
    {"doubao", {"字节跳动", "Doubao.Color"}},
    {"kling", {"快手", "Kling.Color"}},
    {"jimeng", {"即梦", "Jimeng.Color"}},
    {"vidu", {"Vidu", "Vidu"}},
};

}    // namespace

DefaultVendor default_vendor(std::string_view model) {
    const std::string name = text::lower(model);
    const Row* best = nullptr;
    for (const Row& row : kRows) {
        if (best != nullptr && row.part.size() <= best->part.size()) continue;
        if (name.find(row.part) != std::string::npos) best = &row;
    }
    return best == nullptr ? DefaultVendor{} : best->vendor;
}

}    // namespace opusclaw::api
