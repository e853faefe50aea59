# Puts files into a target as constant data, so that the binary needs no file at run time. opusclaw_embed(target name file...)
# makes a source that defines embedded_<name>() (declared in base/embedded.h). For texts of some kilobytes.
if(NOT CMAKE_SCRIPT_MODE_FILE)
    set(OPUSCLAW_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
    function(opusclaw_embed target name)
        set(output ${CMAKE_BINARY_DIR}/generated/embedded_${name}.cpp)
        list(JOIN ARGN "|" files)
        add_custom_command(OUTPUT ${output} DEPENDS ${ARGN} ${OPUSCLAW_EMBED_SCRIPT}
            COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DNAME=${name} "-DFILES=${files}" -P ${OPUSCLAW_EMBED_SCRIPT}
            VERBATIM)
        target_sources(${target} PRIVATE ${output})
    endfunction()
    return()
endif()

string(REPLACE "|" ";" FILES "${FILES}")
set(arrays "")
set(rows "")
foreach(file ${FILES})
    file(READ ${file} bytes HEX)
    string(LENGTH "${bytes}" size)
    math(EXPR size "${size} / 2")
    if(size EQUAL 0)
        message(FATAL_ERROR "${file} is empty.")
    endif()
    get_filename_component(base ${file} NAME)
    string(MAKE_C_IDENTIFIER ${base} identifier)
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
    string(APPEND arrays "constexpr char ${identifier}[] = {${bytes}};\n")
    string(APPEND rows "    {\"${base}\", {${identifier}, ${size}}},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"base/embedded.h\"\n\nnamespace opusclaw {\nnamespace {\n${arrays}"
    "constexpr EmbeddedFile kFiles[] = {\n${rows}};\n}\n"
    "std::span<const EmbeddedFile> embedded_${NAME}() { return kFiles; }\n}\n")
