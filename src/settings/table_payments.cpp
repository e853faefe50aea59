// settings/table_payments.cpp: the options of payments (spec 01 section 7.6). What they mean is chapter 05. How a row
// reads is said in table.cpp.
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

const Option kRows[] = {
    option("Price", &Settings::price, "7.3")
        .group("payments")
        .help("What one USD of quota costs by e-pay, in its currency."),
    option("USDExchangeRate", &Settings::usd_exchange_rate, "7.3")
        .check(above_zero())
        .group("payments")
        .help("CNY per USD, for showing amounts."),
    option("StripeUnitPrice", &Settings::stripe_unit_price, "8")
        .group("payments")
        .help("What one USD of quota costs by Stripe."),
    text_option("PayAddress", "").group("payments").help("Address of the e-pay gateway."),
    text_option("CustomCallbackAddress", "")
        .group("payments")
        .help("Address for callbacks of payments; empty: ServerAddress."),
    text_option("EpayId", "").group("payments").help("Merchant id at e-pay."),
    text_option("EpayKey", "").secret().group("payments").help("Merchant key at e-pay."),
    checked("MinTopUp", 1).check(at_least(0)).group("payments").help("Least amount by e-pay."),
    checked("PayMethods", kPayMethods, &decode_text_objects)
        .group("payments")
        .help("Ways to pay by e-pay: name, colour, type, least amount."),
    text_option("StripeApiSecret", "").secret().group("payments").help("Secret key of the Stripe account."),
    text_option("StripeWebhookSecret", "").secret().group("payments").help("Signs Stripe's callbacks."),
    text_option("StripePriceId", "").group("payments").help("Price that Stripe charges in units."),
    checked("StripeMinTopUp", 1).check(at_least(0)).group("payments").help("Least amount by Stripe."),
    checked("StripePromotionCodesEnabled", false)
        .group("payments")
        .help("Stripe's page takes promotion codes."),
    text_option("CreemApiKey", "").secret().group("payments").help("Key of the Creem account."),
    text_option("CreemWebhookSecret", "").secret().group("payments").help("Signs Creem's callbacks."),
    checked("CreemProducts", "[]", &decode_creem_products)
        .group("payments")
        .help("What is sold by Creem: productId, name, price, currency, quota."),
    checked("CreemTestMode", false).group("payments").help("Use Creem's test server."),
    checked("WaffoEnabled", false).group("payments").help("Pay by Waffo."),
    checked("WaffoSandbox", false).group("payments").help("Use Waffo's sandbox and its keys."),
    text_option("WaffoApiKey", "").secret().group("payments").help("API key at Waffo."),
    text_option("WaffoPrivateKey", "").secret().group("payments").help("Our private key for Waffo."),
    text_option("WaffoPublicCert", "").group("payments").help("Waffo's public certificate."),
    text_option("WaffoSandboxApiKey", "").secret().group("payments").help("The same in the sandbox."),
    text_option("WaffoSandboxPrivateKey", "").secret().group("payments").help("The same in the sandbox."),
    text_option("WaffoSandboxPublicCert", "").group("payments").help("The same in the sandbox."),
    text_option("WaffoMerchantId", "").group("payments").help("Merchant id at Waffo."),
    text_option("WaffoNotifyUrl", "")
        .group("payments")
        .help("Address for Waffo's callbacks; empty: made from ServerAddress."),
    text_option("WaffoReturnUrl", "")
        .group("payments")
        .help("Where Waffo sends users back; empty: made from ServerAddress."),
    text_option("WaffoSubscriptionReturnUrl", "").group("payments").help("Kept for New API; no effect."),
    text_option("WaffoCurrency", "").group("payments").help("Currency at Waffo; empty: USD."),
    checked_number("WaffoUnitPrice", "1")
        .check(not_negative())
        .group("payments")
        .help("What one USD of quota costs."),
    checked("WaffoMinTopUp", 1).check(at_least(0)).group("payments").help("Least amount by Waffo."),
    checked("WaffoPayMethods", kWaffoMethods, &decode_text_objects_or_empty)
        .group("payments")
        .help("Ways to pay by Waffo; empty: the default."),
    checked("WaffoPancakeEnabled", false).group("payments").help("Pay by Waffo Pancake."),
    checked("WaffoPancakeSandbox", false).group("payments").help("Use its sandbox."),
    text_option("WaffoPancakeMerchantID", "").group("payments").help("Merchant id there."),
    text_option("WaffoPancakePrivateKey", "").secret().group("payments").help("Our private key for it."),
    text_option("WaffoPancakeWebhookPublicKey", "").group("payments").help("Its public key for callbacks."),
    text_option("WaffoPancakeWebhookTestKey", "").group("payments").help("The same in the sandbox."),
    text_option("WaffoPancakeStoreID", "").group("payments").help("Store there."),
    text_option("WaffoPancakeProductID", "").group("payments").help("Product there."),
    text_option("WaffoPancakeReturnURL", "")
        .group("payments")
        .help("Where it sends users back; empty: made from ServerAddress."),
    text_option("WaffoPancakeCurrency", "USD").group("payments").help("Currency there."),
    checked_number("WaffoPancakeUnitPrice", "1")
        .check(not_negative())
        .group("payments")
        .help("What one USD of quota costs."),
    checked("WaffoPancakeMinTopUp", 1).check(at_least(0)).group("payments").help("Least amount by it."),
};

}    // namespace

std::span<const Option> payment_options() { return kRows; }

}    // namespace opusclaw::settings
