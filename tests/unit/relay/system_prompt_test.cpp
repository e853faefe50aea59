// Tests of relay/system_prompt.h: the prompt of a channel among the client's own bytes (spec 06 section 4.4).
#include "relay/system_prompt.h"
#include "unit/relay/chat_facts.h"

#include <gtest/gtest.h>

namespace opusclaw::relay {
namespace {

struct Edited {
    std::string body;
    PromptEdit edit;
};

Edited edited(std::string_view messages, std::string_view prompt, bool override = false,
              std::string_view model = "gpt-4o") {
    const PaddedBuffer body(R"({"model":"x","messages":)" + std::string(messages) + "}");
    const Facts facts = chat_facts(body);
    json::Splice splice(facts.peeked);
    catalog::Channel channel;
    channel.system_prompt = prompt;
    channel.system_prompt_override = override;
    const PromptEdit edit = facts.form->add_system_prompt(splice, facts, channel, model);
    std::string text = splice.str();
    text = text.substr(sizeof(R"({"model":"x","messages":)") - 1);
    text.pop_back();
    return {text, edit};
}

TEST(SystemPrompt, GoesFirstWhereThereIsNone) {
    const Edited made = edited(R"( [ {"role":"user","content":"hi"}])", "be \"kind\"");
    EXPECT_EQ(made.body, R"( [{"role":"system","content":"be \"kind\""}, {"role":"user","content":"hi"}])");
    EXPECT_EQ(made.edit, PromptEdit::Added);
    EXPECT_EQ(edited("[]", "p").body, R"([{"role":"system","content":"p"}])");
}

TEST(SystemPrompt, HasTheRoleThatTheModelWants) {
    const auto role = [](std::string_view model) {
        const std::string body = edited("[]", "p", false, model).body;
        return body.find("developer") != std::string::npos ? "developer" : "system";
    };
    for (const char* const model : {"o1", "o3-mini", "o4-mini", "gpt-5", "gpt-5-nano"})
        EXPECT_STREQ(role(model), "developer") << model;
    for (const char* const model : {"o1-mini", "o1-preview-2024", "gpt-4o", "openai", "o"})
        EXPECT_STREQ(role(model), "system") << model;
}

TEST(SystemPrompt, LeavesTheClientsOwnUnlessItMayNot) {
    for (const char* const role : {"system", "developer"}) {
        const std::string messages = R"([{"role":")" + std::string(role) + R"(","content":"mine"}])";
        const Edited kept = edited(messages, "p");
        EXPECT_EQ(kept.body, messages);
        EXPECT_EQ(kept.edit, PromptEdit::None);
        const Edited before = edited(messages, "p", true);
        EXPECT_EQ(before.body, R"([{"role":")" + std::string(role) + R"(","content":"p\nmine"}])");
        EXPECT_EQ(before.edit, PromptEdit::Overwritten);
    }
}

TEST(SystemPrompt, GoesBeforeContentOfEveryForm) {
    const auto content = [](std::string_view text) {
        return edited(R"([{"role":"user"},{"role":"system")" + std::string(text) + "}]", "p", true).body;
    };
    EXPECT_EQ(content(R"(,"content":[{"type":"text","text":"mine"}])"),
              R"([{"role":"user"},{"role":"system","content":[{"type":"text","text":"p"},)"
              R"({"type":"text","text":"mine"}]}])");
    EXPECT_EQ(content(R"(,"content":[])"),
              R"([{"role":"user"},{"role":"system","content":[{"type":"text","text":"p"}]}])");
    EXPECT_EQ(content(R"(,"content":null)"), R"([{"role":"user"},{"role":"system","content":"p"}])");
    EXPECT_EQ(content(""), R"([{"role":"user"},{"content":"p","role":"system"}])");
}

/// The members of a Responses request in which the client said `members`.
Edited with_instructions(const std::string& members, bool override) {
    const PaddedBuffer body("{" + members + "}");
    const Facts facts = facts_for(provider::Endpoint::Responses, body);
    json::Splice splice(facts.peeked);
    catalog::Channel channel;
    channel.system_prompt = "be \"kind\"";
    channel.system_prompt_override = override;
    const PromptEdit edit = facts.form->add_system_prompt(splice, facts, channel, "gpt-5");
    return {splice.str(), edit};
}

TEST(SystemPrompt, BecomesTheInstructionsOfResponses) {
    const std::string added = R"({"input":"hi","instructions":"be \"kind\""})";
    for (const bool override : {false, true}) {
        for (const char* const members : {R"("input":"hi")", R"("input":"hi","instructions":null)",
                                          R"("input":"hi","instructions":" ")"}) {
            const Edited made = with_instructions(members, override);
            EXPECT_EQ(json::Document::copy(made.body).root().find("instructions")->as_string(),
                      "be \"kind\"");
            EXPECT_EQ(made.edit, PromptEdit::Added) << members;
        }
    }
    EXPECT_EQ(with_instructions(R"("input":"hi")", false).body, added);
    EXPECT_EQ(with_instructions(R"("input":"hi", "instructions": null)", false).body,
              R"({"input":"hi", "instructions": "be \"kind\""})");
}

TEST(SystemPrompt, GoesBeforeInstructionsOnlyWhereItOverrides) {
    const std::string own = R"("instructions":" mine\n","input":"hi")";
    EXPECT_EQ(with_instructions(own, false).body, "{" + own + "}");
    EXPECT_EQ(with_instructions(own, false).edit, PromptEdit::None);
    EXPECT_EQ(with_instructions(own, true).body, R"({"instructions":"be \"kind\"\nmine","input":"hi"})");
    EXPECT_EQ(with_instructions(own, true).edit, PromptEdit::Overwritten);
    const Edited odd = with_instructions(R"("instructions":[1])", true);
    EXPECT_EQ(odd.body, R"({"instructions":"be \"kind\""})");
    EXPECT_EQ(odd.edit, PromptEdit::Overwritten);
    EXPECT_EQ(with_instructions(R"("instructions":[1])", false).body, R"({"instructions":[1]})");
}

TEST(SystemPrompt, NothingHappensWithoutOneOrWithoutMessages) {
    EXPECT_EQ(edited("[]", "").edit, PromptEdit::None);
    EXPECT_EQ(edited("{}", "p").body, "{}");
    EXPECT_EQ(edited("[1,null]", "p").body, R"([{"role":"system","content":"p"},1,null])");
}

}    // namespace
}    // namespace opusclaw::relay
