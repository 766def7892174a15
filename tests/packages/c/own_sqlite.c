/* A program with a SQLite and a Rust of its own: their names meet nothing of the static library's. */

int sqlite3_open(const char *name, void **database);
int rust_eh_personality(void);

int sqlite3_open(const char *name, void **database) {
    *database = (void *)name;
    return 1;
}

int rust_eh_personality(void) {
    return 0;
}
