// tests/docs/make_docs.cpp: writes the documents that are made from tables into a folder: `make_docs docs`. What stands in them is
// the pages' own business (pages.h).
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "docs/pages.h"

int main(int count, char** arguments) {
    if (count != 2) {
        std::fputs("Usage: make_docs FOLDER\n", stderr);
        return 2;
    }
    for (const opusclaw::docs::Page& page : opusclaw::docs::all_pages()) {
        std::ofstream file(std::filesystem::path(arguments[1]) / page.file, std::ios::binary);
        file << page.text;
        file.close();
        if (!file) {
            std::perror(std::string(page.file).c_str());
            return 1;
        }
    }
    return 0;
}
