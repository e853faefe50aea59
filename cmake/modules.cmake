# How a module of src/ becomes a static library, and which precompiled header it uses.
# `std` headers only; `task` adds coroutines (net/task.h); `net` is Asio, for src/net alone.
include(${CMAKE_CURRENT_LIST_DIR}/embed.cmake)

function(opusclaw_settings target)
    target_link_libraries(${target} PRIVATE opusclaw_flags)
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/src)
endfunction()

function(opusclaw_pch target kind)
    if(kind STREQUAL "std")
        target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch_std.h)
    elseif(kind STREQUAL "task")
        target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch_task.h)
    else()
        target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch_net.h)
    endif()
endfunction()

function(opusclaw_sources target folder)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${folder}/*.cpp)
    target_sources(${target} PRIVATE ${sources})
endfunction()

function(opusclaw_module name)
    cmake_parse_arguments(M "" "PCH" "DEPS;LIBS" ${ARGN})
    list(TRANSFORM M_DEPS PREPEND oc_)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
    if(NOT sources)
        add_library(oc_${name} INTERFACE)
        target_link_libraries(oc_${name} INTERFACE ${M_DEPS} ${M_LIBS})
        return()
    endif()
    add_library(oc_${name} STATIC ${sources})
    opusclaw_settings(oc_${name})
    target_link_libraries(oc_${name} PUBLIC ${M_DEPS} ${M_LIBS} Threads::Threads)
    if(NOT M_PCH)
        set(M_PCH std)
    endif()
    opusclaw_pch(oc_${name} ${M_PCH})
    # Asio is compiled once, in one source of src/net, and never through its deprecated names.
    if(name STREQUAL "net")
        target_compile_definitions(oc_net PUBLIC BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION
            # Frames and operations come from operator new, which keeps them at hand itself (src/app/operator_new.cpp);
            # nothing asks for more than its alignment, and aligned_alloc costs mimalloc five times as much.
            BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING
            BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC BOOST_ASIO_DISABLE_BOOST_ALIGN)
    endif()
    if(name STREQUAL "base")
        opusclaw_version(oc_base)
        file(GLOB translations CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/base/i18n/*.json)
        opusclaw_embed(oc_base i18n ${translations})
    endif()
endfunction()

# A build without a version is forbidden: VERSION, else git describe, else the commit; none: the build fails.
function(opusclaw_version target)
    set(generated ${CMAKE_BINARY_DIR}/generated/version_text.h)
    add_custom_target(opusclaw_version_text
        COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DOUTPUT=${generated}
                -P ${CMAKE_SOURCE_DIR}/cmake/version.cmake
        BYPRODUCTS ${generated} VERBATIM)
    add_dependencies(${target} opusclaw_version_text)
    target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated)
endfunction()
