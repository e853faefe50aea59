/* dialect/gpt/tables.S: the tables of the GPT tokenizers as constant data. The files come from scripts/make-token-tables; the
   build defines their paths (cmake/token_tables.cmake). What reads them is dialect/gpt/rank_table.cpp. */

.macro table name, file
    .globl \name
    .type \name, %object
    .balign 64
\name:
    .incbin "\file"
    .size \name, . - \name
.endm

    .section .rodata.token_tables, "a", %progbits
    table opusclaw_cl100k_base_index, OPUSCLAW_CL100K_INDEX
    table opusclaw_cl100k_base_bytes, OPUSCLAW_CL100K_BYTES
    table opusclaw_o200k_base_index, OPUSCLAW_O200K_INDEX
    table opusclaw_o200k_base_bytes, OPUSCLAW_O200K_BYTES

    .section .note.GNU-stack, "", %progbits
