// settings/table_payments.cpp: the options of payments (spec 01 section 7.6). What they mean is chapter 05; most are texts that the
// gateway's own code reads. How a row reads is said in table.cpp.
#include "settings/checks.h"
#include "settings/option.h"

namespace opusclaw::settings {

namespace {

constexpr std::string_view kPayMethods =
    R"x([{"name":"支付宝","color":"rgba(var(--semi-blue-5), 1)","type":"alipay"},)x"
    R"x({"name":"微信","color":"rgba(var(--semi-green-5), 1)","type":"wxpay"},)x"
    R"({"name":"自定义1","color":"black","type":"custom1","min_topup":"50"}])";
constexpr std::string_view kWaffoMethods =
    R"([{"name":"Card","icon":"/pay-card.png","payMethodType":"CREDITCARD,DEBITCARD","payMethodName":""},)"
    R"({"name":"Apple Pay","icon":"/pay-apple.png","payMethodType":"APPLEPAY","payMethodName":"APPLEPAY"},)"
    R"({"name":"Google Pay","icon":"/pay-google.png","payMethodType":"GOOGLEPAY","payMethodName":"GOOGLEPAY"}])";

TextOption payment(std::string_view key, std::string_view initial) {
    return text_option(key, initial).group("payments");
}

const Option kRows[] = {
    option("Price", &Settings::price, "7.3").group("payments").help("What one USD of quota costs."),
    option("USDExchangeRate", &Settings::usd_exchange_rate, "7.3")
        .check(above_zero())
        .group("payments")
        .help("CNY per USD, for showing amounts."),
    option("StripeUnitPrice", &Settings::stripe_unit_price, "8")
        .group("payments")
        .help("What one USD of quota costs."),
    payment("PayAddress", ""),
    payment("CustomCallbackAddress", ""),
    payment("EpayId", ""),
    payment("EpayKey", "").secret(),
    payment("MinTopUp", "1"),
    payment("PayMethods", kPayMethods).rule(is_json),
    payment("StripeApiSecret", "").secret(),
    payment("StripeWebhookSecret", "").secret(),
    payment("StripePriceId", ""),
    payment("StripeMinTopUp", "1"),
    payment("StripePromotionCodesEnabled", "false"),
    payment("CreemApiKey", "").secret(),
    payment("CreemWebhookSecret", "").secret(),
    payment("CreemProducts", "[]").rule(is_json),
    payment("CreemTestMode", "false"),
    payment("WaffoEnabled", "false"),
    payment("WaffoSandbox", "false"),
    payment("WaffoApiKey", "").secret(),
    payment("WaffoPrivateKey", "").secret(),
    payment("WaffoPublicCert", ""),
    payment("WaffoSandboxApiKey", "").secret(),
    payment("WaffoSandboxPrivateKey", "").secret(),
    payment("WaffoSandboxPublicCert", ""),
    payment("WaffoMerchantId", ""),
    payment("WaffoNotifyUrl", ""),
    payment("WaffoReturnUrl", ""),
    payment("WaffoSubscriptionReturnUrl", ""),
    payment("WaffoCurrency", ""),
    payment("WaffoUnitPrice", "1"),
    payment("WaffoMinTopUp", "1"),
    payment("WaffoPayMethods", kWaffoMethods).rule(is_json_or_empty),
    payment("WaffoPancakeEnabled", "false"),
    payment("WaffoPancakeSandbox", "false"),
    payment("WaffoPancakeMerchantID", ""),
    payment("WaffoPancakePrivateKey", "").secret(),
    payment("WaffoPancakeWebhookPublicKey", ""),
    payment("WaffoPancakeWebhookTestKey", ""),
    payment("WaffoPancakeStoreID", ""),
    payment("WaffoPancakeProductID", ""),
    payment("WaffoPancakeReturnURL", ""),
    payment("WaffoPancakeCurrency", "USD"),
    payment("WaffoPancakeUnitPrice", "1"),
    payment("WaffoPancakeMinTopUp", "1"),
};

}    // namespace

std::span<const Option> payment_options() { return kRows; }

}    // namespace opusclaw::settings
