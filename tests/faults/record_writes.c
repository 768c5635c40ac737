/* Notes, in their order, all that a process writes to the files of one folder, when it asks for a sync, and each line
 * on its standard output: what a power cut at any moment would have left can be worked out from it.
 *
 * Loaded with LD_PRELOAD. RECORD_FOLDER is the folder, RECORD_LOG the file to write. One entry:
 * "<op> <offset> <length> <file name>\n", then `length` bytes. op: w write, s sync, t truncate to `offset`, a answer.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static int log_file = -1;
static char folder[4096];

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);

__attribute__((constructor)) static void begin(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    if (!getenv("RECORD_FOLDER") || !getenv("RECORD_LOG") || !realpath(getenv("RECORD_FOLDER"), folder)) return;
    log_file = open(getenv("RECORD_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    unsetenv("LD_PRELOAD"); /* for this process alone */
}

/* The file's name if it stands in the folder, else NULL. The index of the log (-shm) is memory, not storage. */
static const char *name_of(int fd, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    if (log_file < 0 || length < 0) return NULL;
    path[length] = 0;
    size_t before = strlen(folder);
    if (strncmp(path, folder, before) || path[before] != '/') return NULL;
    size_t whole = strlen(path);
    return whole > 4 && !strcmp(path + whole - 4, "-shm") ? NULL : path + before + 1;
}

static void note(char op, long long offset, const void *data, size_t length, const char *name) {
    char head[4200];
    int size = snprintf(head, sizeof head, "%c %lld %zu %s\n", op, offset, length, name);
    real_write(log_file, head, size);
    if (length) real_write(log_file, data, length);
}

ssize_t write(int fd, const void *data, size_t size) {
    char path[4096];
    const char *name = fd == 1 && log_file >= 0 ? "" : name_of(fd, path, sizeof path);
    if (!name) return real_write(fd, data, size);
    pthread_mutex_lock(&order);
    off_t at = fd == 1 ? 0 : lseek(fd, 0, SEEK_CUR);
    ssize_t done = real_write(fd, data, size);
    if (done > 0) note(fd == 1 ? 'a' : 'w', at, data, done, name);
    pthread_mutex_unlock(&order);
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    char path[4096];
    const char *name = name_of(fd, path, sizeof path);
    if (!name) return real_pwrite(fd, data, size, at);
    pthread_mutex_lock(&order);
    ssize_t done = real_pwrite(fd, data, size, at);
    if (done > 0) note('w', at, data, done, name);
    pthread_mutex_unlock(&order);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

static int noted_sync(int fd, int (*real)(int)) {
    char path[4096];
    const char *name = name_of(fd, path, sizeof path);
    if (!name) return real(fd);
    pthread_mutex_lock(&order);
    int done = real(fd);
    if (!done) note('s', 0, NULL, 0, name);
    pthread_mutex_unlock(&order);
    return done;
}

int fsync(int fd) { return noted_sync(fd, real_fsync); }
int fdatasync(int fd) { return noted_sync(fd, real_fdatasync); }

int ftruncate64(int fd, off64_t size) {
    char path[4096];
    const char *name = name_of(fd, path, sizeof path);
    if (!name) return real_ftruncate(fd, size);
    pthread_mutex_lock(&order);
    int done = real_ftruncate(fd, size);
    if (!done) note('t', size, NULL, 0, name);
    pthread_mutex_unlock(&order);
    return done;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
