# The tables of the GPT tokenizers: made from a pinned npm package (scripts/make-token-tables), then put into the program by the
# assembler, which takes no time however large they are. A library of its own, as the compiler flags of the sources (sanitizers,
# profiles) mean nothing to the assembler.
enable_language(ASM)

function(opusclaw_token_tables)
    set(folder ${CMAKE_BINARY_DIR}/generated/token_tables)
    foreach(encoding cl100k o200k)
        foreach(part index bytes)
            set(file ${folder}/${encoding}_base.${part})
            string(TOUPPER OPUSCLAW_${encoding}_${part} symbol)
            list(APPEND tables ${file})
            list(APPEND definitions "${symbol}=\"${file}\"")
        endforeach()
    endforeach()
    set(recipe ${CMAKE_SOURCE_DIR}/scripts/token-tables)
    add_custom_command(OUTPUT ${tables}
        COMMAND ${CMAKE_SOURCE_DIR}/scripts/make-token-tables ${folder}
        DEPENDS ${CMAKE_SOURCE_DIR}/scripts/make-token-tables ${recipe}/make.ts ${recipe}/package.json ${recipe}/bun.lock
        COMMENT "Making the tables of the GPT tokenizers" VERBATIM)
    set(source ${CMAKE_SOURCE_DIR}/src/dialect/gpt/tables.S)
    set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${tables}")
    add_library(oc_token_tables STATIC ${source})
    target_compile_definitions(oc_token_tables PRIVATE ${definitions})
    target_compile_options(oc_token_tables PRIVATE -g0)    # debug information of data would only name a machine's paths
endfunction()

opusclaw_token_tables()
