// settings/table_accounts.cpp: the options of accounts, mail and logging in with other services (spec 01 section 7.1). How a row
// reads is said in table.cpp.
#include "settings/checks.h"
#include "settings/option.h"

namespace opusclaw::settings {

namespace {

constexpr std::string_view kMailDomains =
    "gmail.com,163.com,126.com,qq.com,outlook.com,hotmail.com,icloud.com,yahoo.com,foxmail.com";

const Option kRows[] = {
    option("PasswordLoginEnabled", &Settings::password_login_enabled, true)
        .group("accounts")
        .help("Users may log in with a password."),
    option("PasswordRegisterEnabled", &Settings::password_register_enabled, true)
        .group("accounts")
        .help("Users may register with a password."),
    option("RegisterEnabled", &Settings::register_enabled, true)
        .group("accounts")
        .help("New accounts may be made."),
    option("EmailVerificationEnabled", &Settings::email_verification_enabled, false)
        .group("accounts")
        .help("Registering needs a mailed code."),
    option("EmailDomainRestrictionEnabled", &Settings::email_domain_restriction_enabled, false)
        .rule(needs_email_whitelist)
        .group("accounts")
        .help("Only addresses of the listed domains."),
    option("EmailAliasRestrictionEnabled", &Settings::email_alias_restriction_enabled, false)
        .group("accounts")
        .help("No + and no dots in the local part of addresses."),
    option("EmailDomainWhitelist", &Settings::email_domain_whitelist, kMailDomains, &decode_comma_list)
        .group("accounts")
        .help("The domains that EmailDomainRestrictionEnabled allows."),
    option("GitHubOAuthEnabled", &Settings::github_oauth_enabled, false)
        .rule(needs_github_client)
        .group("login")
        .help("Log in with GitHub."),
    option("GitHubClientId", &Settings::github_client_id, "")
        .group("login")
        .help("Client id of the GitHub app."),
    option("GitHubClientSecret", &Settings::github_client_secret, "")
        .secret()
        .group("login")
        .help("Client secret of the GitHub app."),
    option("LinuxDOOAuthEnabled", &Settings::linux_do_oauth_enabled, false)
        .rule(needs_linux_do_client)
        .group("login")
        .help("Log in with LinuxDO."),
    option("LinuxDOClientId", &Settings::linux_do_client_id, "")
        .once_stored()
        .group("login")
        .help("Client id of the LinuxDO app."),
    option("LinuxDOClientSecret", &Settings::linux_do_client_secret, "")
        .once_stored()
        .secret()
        .group("login")
        .help("Client secret of the LinuxDO app."),
    option("LinuxDOMinimumTrustLevel", &Settings::linux_do_minimum_trust_level, 0)
        .once_stored()
        .group("login")
        .help("Lowest LinuxDO trust level that may log in."),
    option("WeChatAuthEnabled", &Settings::wechat_auth_enabled, false)
        .rule(needs_wechat_server)
        .group("login")
        .help("Log in with WeChat."),
    option("WeChatServerAddress", &Settings::wechat_server_address, "")
        .group("login")
        .help("WeChat helper server."),
    option("WeChatServerToken", &Settings::wechat_server_token, "")
        .secret()
        .group("login")
        .help("Token of the WeChat helper server."),
    option("WeChatAccountQRCodeImageURL", &Settings::wechat_account_qr_code_image_url, "")
        .group("login")
        .help("Picture with the account's code."),
    option("TelegramOAuthEnabled", &Settings::telegram_oauth_enabled, false)
        .rule(needs_telegram_token)
        .group("login")
        .help("Log in with Telegram."),
    option("TelegramBotToken", &Settings::telegram_bot_token, "")
        .secret()
        .group("login")
        .help("Token of the bot."),
    option("TelegramBotName", &Settings::telegram_bot_name, "").group("login").help("Name of the bot."),
    option("TurnstileCheckEnabled", &Settings::turnstile_check_enabled, false)
        .rule(needs_turnstile_key)
        .group("login")
        .help("Ask for a Turnstile proof."),
    option("TurnstileSiteKey", &Settings::turnstile_site_key, "")
        .group("login")
        .help("Public Turnstile key."),
    option("TurnstileSecretKey", &Settings::turnstile_secret_key, "")
        .secret()
        .group("login")
        .help("Secret Turnstile key."),
    option("SMTPServer", &Settings::smtp_server, "").group("mail").help("Host of the mail server."),
    option("SMTPPort", &Settings::smtp_port, 587)
        .check(between(1, 65535))
        .group("mail")
        .help("465 means TLS from the first byte."),
    option("SMTPAccount", &Settings::smtp_account, "").group("mail").help("Name of the mail account."),
    option("SMTPFrom", &Settings::smtp_from, "").group("mail").help("Sender; empty: the account."),
    option("SMTPToken", &Settings::smtp_token, "")
        .secret()
        .group("mail")
        .help("Password of the mail account."),
    option("SMTPSSLEnabled", &Settings::smtp_ssl_enabled, false)
        .group("mail")
        .help("TLS from the first byte."),
    option("SMTPForceAuthLogin", &Settings::smtp_force_auth_login, false)
        .group("mail")
        .help("Use AUTH LOGIN."),
    option("WorkerUrl", &Settings::worker_url, "")
        .group("worker")
        .help("Downloads and notices go through this worker."),
    option("WorkerValidKey", &Settings::worker_valid_key, "")
        .secret()
        .group("worker")
        .help("Key of the worker."),
    option("WorkerAllowHttpImageRequestEnabled", &Settings::worker_allow_http_image_request_enabled, false)
        .group("worker")
        .help("The worker may fetch addresses without TLS."),
    checked("FileUploadPermission", 0).group("accounts").help("Kept for New API; no effect."),
    checked("FileDownloadPermission", 0).group("accounts").help("Kept for New API; no effect."),
    checked("ImageUploadPermission", 0).group("accounts").help("Kept for New API; no effect."),
    checked("ImageDownloadPermission", 0).group("accounts").help("Kept for New API; no effect."),
    text_option("model_deployment.ionet.enabled", "")
        .once_stored()
        .group("deployment")
        .help("`true`: io.net is on."),
    text_option("model_deployment.ionet.api_key", "")
        .once_stored()
        .secret()
        .group("deployment")
        .help("Key of the io.net account."),
};

}    // namespace

std::span<const Option> account_options() { return kRows; }

}    // namespace opusclaw::settings
