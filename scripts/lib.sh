# shellcheck shell=bash
# Shared by ./dev and scripts/make-token-tables: messages, Debian packages, the build, Bun. Expects to be sourced in the
# repository's root.

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# --- Debian packages --------------------------------------------------------------------------------------------------

# packages_of <group>...: the names in scripts/packages.txt that belong to the groups.
packages_of() {
    local groups=" $* " group name
    while read -r group name; do
        if [[ $groups == *" $group "* ]]; then printf '%s\n' "$name"; fi
    done < <(grep -v '^#' scripts/packages.txt) | sort -u
}

# missing_of <package>...: those that dpkg does not have.
missing_of() {
    local known installed
    # It fails when one of them is unknown to it, which says nothing of the others.
    known=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    installed=$(sed -n 's/^installed //p' <<<"$known" | sort -u)
    comm -23 <(printf '%s\n' "$@" | sort -u) <(printf '%s\n' "$installed")
}

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "installing packages needs root: run this once as root, or install sudo"
    fi
}

# install_packages <group>...: makes sure the groups are there. Says what it installs; does nothing when nothing is missing.
install_packages() {
    command -v dpkg-query >/dev/null || {
        printf 'Not a Debian system: please see to it that these are installed: %s\n' "$(packages_of "$@" | tr '\n' ' ')"
        return 0
    }
    local wanted missing
    mapfile -t wanted < <(packages_of "$@")
    mapfile -t missing < <(missing_of "${wanted[@]}")
    if [[ ${#missing[@]} == 0 ]]; then return 0; fi
    say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
    # RUNLEVEL=1: a package that brings a service (nginx, for the benchmarks) does not start it.
    local apt=(env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -q -o Dpkg::Use-Pty=0)
    as_root "${apt[@]}" update </dev/null
    as_root "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null
}

# --- Bun --------------------------------------------------------------------------------------------------------------

# ensure_bun: puts the pinned Bun first on PATH. It comes from its platform package, which is the bare binary, into
# build/tools; nothing outside the checkout changes. A Bun of the same version that is already there is taken.
ensure_bun() {
    local version platform folder=build/tools
    version=$(<scripts/bun-version)
    export PATH=$PWD/$folder/bin:$PATH
    if [[ $(bun --version 2>/dev/null) == "$version" ]]; then return 0; fi
    case $(uname -m) in
        x86_64) platform=linux-x64 ;;
        aarch64) platform=linux-aarch64 ;;
        *) fail "no Bun for $(uname -m)" ;;
    esac
    if ! command -v npm >/dev/null; then install_packages npm; fi
    say "Installing Bun $version into $folder"
    mkdir -p "$folder/bin"
    npm install --prefix "$folder" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund \
        --loglevel=error "@oven/bun-$platform@$version" </dev/null
    ln -sf "../node_modules/@oven/bun-$platform/bin/bun" "$folder/bin/bun"
    hash -r
    [[ $(bun --version) == "$version" ]] || fail "Bun $version does not run here"
}

# --- building ---------------------------------------------------------------------------------------------------------

# build <preset> [target...]: configures and builds build/<preset>. Configuring is quiet unless it fails.
build() {
    local preset=$1 log
    shift
    ensure_bun    # makes the token tables; here, as what is missing is installed before the build and not in it
    mkdir -p build
    log=build/configure-$preset.log
    cmake --preset "$preset" >"$log" 2>&1 || { cat "$log" >&2; fail "cmake --preset $preset"; }
    cmake --build --preset "$preset" ${1:+--target "$@"}
}
