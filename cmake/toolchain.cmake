# Compiler, linker and cache settings shared by every target.
find_program(CCACHE ccache)
if(CCACHE)
    # ccache sees through precompiled headers only with these; base_dir lets checkouts share hits.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${CCACHE})
endif()

add_library(opusclaw_flags INTERFACE)
target_compile_options(opusclaw_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Wold-style-cast
    -Wimplicit-fallthrough -Werror -fsized-deallocation -fdiagnostics-color=auto
    $<$<NOT:$<CONFIG:Release>>:-fno-omit-frame-pointer>
    "SHELL:-Xclang -fno-pch-timestamp"
    # Paths in messages and debug information start at the source tree: the same binary wherever it is built, and
    # ccache can share hits between checkouts.
    -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
target_link_options(opusclaw_flags INTERFACE -fuse-ld=mold)
if(OPUSCLAW_SANITIZE)
    target_compile_options(opusclaw_flags INTERFACE -fsanitize=${OPUSCLAW_SANITIZE} -fno-sanitize-recover=undefined)
    target_link_options(opusclaw_flags INTERFACE -fsanitize=${OPUSCLAW_SANITIZE})
    # The vptr check needs RTTI of libraries that Debian builds without it.
    if(OPUSCLAW_SANITIZE MATCHES "undefined")
        target_compile_options(opusclaw_flags INTERFACE -fno-sanitize=vptr)
    endif()
endif()
if(OPUSCLAW_PROFILE)
    # Functions of one file are named by the file without its folders: a profile fits every checkout. What changed since the
    # profile was taken is optimised without it, and nothing is said.
    if(OPUSCLAW_PROFILE STREQUAL "generate")
        set(profile_flags -fprofile-generate)
        target_link_options(opusclaw_flags INTERFACE -fprofile-generate)
    else()
        # By a name that changes with it: no compiler tells the build that it reads this file.
        file(SHA256 ${OPUSCLAW_PROFILE} profile_hash)
        string(SUBSTRING ${profile_hash} 0 16 profile_hash)
        set(profile_copy ${CMAKE_BINARY_DIR}/generated/${profile_hash}.profdata)
        configure_file(${OPUSCLAW_PROFILE} ${profile_copy} COPYONLY)
        set(profile_flags -fprofile-use=${profile_copy} -Wno-profile-instr-out-of-date -Wno-profile-instr-unprofiled
            -Wno-backend-plugin)
        # What the profile never saw leaves its function: more of what runs fits into the instruction cache. Clang 16 can do so
        # for this processor only.
        if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
            list(APPEND profile_flags -fsplit-machine-functions)
        endif()
        # What the profile found hot lies together: fewer pages of code for a request.
        target_link_options(opusclaw_flags INTERFACE -Wl,-z,keep-text-section-prefix)
    endif()
    target_compile_options(opusclaw_flags INTERFACE
        ${profile_flags} "SHELL:-mllvm -static-func-full-module-prefix=false")
endif()
if(OPUSCLAW_FAULTS)
    target_compile_definitions(opusclaw_flags INTERFACE OPUSCLAW_FAULTS=1)
endif()
