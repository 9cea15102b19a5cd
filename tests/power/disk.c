/* A disk that can be watched and broken, for programs that keep a hall in SQLite. Preloaded with LD_PRELOAD; see disk.py.
 *
 * DISK_NAME   the database's file name; it, NAME-wal and NAME-journal are watched.
 * DISK_TRACE  where to append what happens, in the order in which it happened: writes with their bytes, syncs, truncations,
 *             creations, removals, syncs of a folder, notes of the program itself (disk_note), and what is sent to sockets.
 * DISK_FAULT  a file of four numbers (struct fault) that may be changed while the program runs: which calls fail, and how.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FILES = 65536, NONE = 0, DATABASE = 1, LOG = 2, FOLDER = 3, JOURNAL = 4 };
enum { WRITE = 1, SYNC = 2, READ = 4, OPEN = 8 };

struct record { /* as disk.py reads it; `size` bytes follow */
    uint32_t kind, file;
    int64_t offset;
    uint32_t size, error;
};

struct fault { /* as disk.py writes it: `calls` last */
    int32_t error, skip, times, calls;
};

static uint8_t files[FILES]; /* what a descriptor stands for */
static struct fault *fault;
static int trace = -1;
static const char *name;
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;

#define REAL(result, call, ...) \
    static result (*real)(__VA_ARGS__); \
    if (real == NULL) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, call)

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("DISK_TRACE");
    name = getenv("DISK_NAME");
    if (path != NULL) trace = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    path = getenv("DISK_FAULT");
    if (path != NULL) {
        int file = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
        void *found = mmap(NULL, sizeof *fault, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (found != MAP_FAILED) fault = found;
        syscall(SYS_close, file);
    }
}

static int watched(int file) { return file >= 0 && file < FILES ? files[file] : NONE; }

static int named(const char *path) {
    const char *last = strrchr(path, '/');
    size_t length = name == NULL ? 0 : strlen(name);
    last = last == NULL ? path : last + 1;
    if (length == 0 || strncmp(last, name, length) != 0) return NONE;
    if (last[length] == 0) return DATABASE;
    return strcmp(last + length, "-wal") == 0 ? LOG : strcmp(last + length, "-journal") == 0 ? JOURNAL : NONE;
}

/* Whether a call fails now; errno is then set. Called with `one` held, as everything that writes the trace. */
static int fails(int call) {
    if (fault == NULL || (fault->calls & call) == 0 || fault->times == 0) return 0;
    if (fault->skip > 0) return fault->skip--, 0;
    if (fault->times > 0) fault->times--;
    errno = fault->error;
    return 1;
}

static void tell(char kind, int file, int64_t offset, const void *bytes, size_t size, int error) {
    struct record record = {(uint32_t)kind, file, offset, size, error};
    struct iovec parts[2] = {{&record, sizeof record}, {(void *)bytes, size}};
    int before = errno;
    if (trace >= 0) syscall(SYS_writev, trace, parts, 2);
    errno = before;
}

/* A word of the program itself, in its place among what happened. */
void disk_note(const void *bytes, size_t size) {
    pthread_mutex_lock(&one);
    tell('N', NONE, 0, bytes, size, 0);
    pthread_mutex_unlock(&one);
}

static int opened(int folder, const char *path, int flags, mode_t mode) {
    int kind = named(path), made, there;
    if (kind == NONE && (trace < 0 || (flags & O_ACCMODE) != O_RDONLY)) return syscall(SYS_openat, folder, path, flags, mode);
    pthread_mutex_lock(&one);
    there = (flags & O_CREAT) == 0 || syscall(SYS_faccessat, folder, path, F_OK) == 0;
    made = kind != NONE && fails(OPEN) ? -1 : (int)syscall(SYS_openat, folder, path, flags, mode);
    if (made >= 0 && made < FILES) {
        struct stat stat;
        if (kind == NONE && fstat(made, &stat) == 0 && S_ISDIR(stat.st_mode)) kind = FOLDER;
        files[made] = kind;
        if (!there && kind != NONE && kind != FOLDER) tell('C', kind, 0, NULL, 0, 0);
    }
    pthread_mutex_unlock(&one);
    return made;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    return opened(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE(flags)
    return opened(AT_FDCWD, path, flags, mode);
}

int close(int file) {
    REAL(int, "close", int);
    if (watched(file) != NONE) files[file] = NONE;
    return real(file);
}

static ssize_t wrote(int file, const void *bytes, size_t size, off_t offset) {
    ssize_t done;
    pthread_mutex_lock(&one);
    done = fails(WRITE) ? -1 : syscall(SYS_pwrite64, file, bytes, size, offset);
    if (done > 0) tell('W', watched(file), offset, bytes, done, 0);
    pthread_mutex_unlock(&one);
    return done;
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset) {
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    return watched(file) != NONE ? wrote(file, bytes, size, offset) : real(file, bytes, size, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t offset) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    return watched(file) != NONE ? wrote(file, bytes, size, offset) : real(file, bytes, size, offset);
}

ssize_t pread64(int file, void *bytes, size_t size, off64_t offset) {
    REAL(ssize_t, "pread64", int, void *, size_t, off64_t);
    if (watched(file) != NONE) {
        int failed;
        pthread_mutex_lock(&one);
        failed = fails(READ);
        pthread_mutex_unlock(&one);
        if (failed) return -1;
    }
    return real(file, bytes, size, offset);
}

ssize_t pread(int file, void *bytes, size_t size, off_t offset) { return pread64(file, bytes, size, offset); }

static int synced(int file, long call) {
    int kind = watched(file), done;
    if (kind == NONE) return syscall(call, file);
    pthread_mutex_lock(&one);
    done = kind != FOLDER && fails(SYNC) ? -1 : (int)syscall(call, file);
    tell(kind == FOLDER ? 'D' : 'S', kind, 0, NULL, 0, done == 0 ? 0 : errno);
    pthread_mutex_unlock(&one);
    return done;
}

int fsync(int file) { return synced(file, SYS_fsync); }

int fdatasync(int file) { return synced(file, SYS_fdatasync); }

int ftruncate64(int file, off64_t length) {
    int done;
    if (watched(file) == NONE) return syscall(SYS_ftruncate, file, length);
    pthread_mutex_lock(&one);
    done = fails(WRITE) ? -1 : (int)syscall(SYS_ftruncate, file, length);
    if (done == 0) tell('T', watched(file), length, NULL, 0, 0);
    pthread_mutex_unlock(&one);
    return done;
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int unlink(const char *path) {
    int kind = named(path), done;
    if (kind == NONE) return syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    pthread_mutex_lock(&one);
    done = fails(WRITE) ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (done == 0) tell('U', kind, 0, NULL, 0, 0);
    pthread_mutex_unlock(&one);
    return done;
}

/* About to be sent to a socket: whoever is told something is told it after this place in the trace. */
static void sending(int file, const struct iovec *parts, size_t count) {
    struct stat stat;
    if (trace < 0 || fstat(file, &stat) != 0 || !S_ISSOCK(stat.st_mode)) return;
    pthread_mutex_lock(&one);
    for (size_t n = 0; n < count; n++) tell('A', NONE, 0, parts[n].iov_base, parts[n].iov_len, 0);
    pthread_mutex_unlock(&one);
}

ssize_t write(int file, const void *bytes, size_t size) {
    if (watched(file) != NONE && watched(file) != FOLDER) {
        off_t offset = lseek(file, 0, SEEK_CUR);
        ssize_t done = wrote(file, bytes, size, offset);
        if (done > 0) lseek(file, done, SEEK_CUR);
        return done;
    }
    sending(file, &(struct iovec){(void *)bytes, size}, 1);
    return syscall(SYS_write, file, bytes, size);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    sending(file, parts, count);
    return syscall(SYS_writev, file, parts, count);
}

ssize_t send(int file, const void *bytes, size_t size, int flags) {
    sending(file, &(struct iovec){(void *)bytes, size}, 1);
    return syscall(SYS_sendto, file, bytes, size, flags, NULL, 0);
}

ssize_t sendmsg(int file, const struct msghdr *message, int flags) {
    sending(file, message->msg_iov, message->msg_iovlen);
    return syscall(SYS_sendmsg, file, message, flags);
}
