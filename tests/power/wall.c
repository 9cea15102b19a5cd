/* A machine whose wall clock is wrong: preloaded with LD_PRELOAD; see wall.py.
 *
 * WALL_S     by how many seconds it is ahead, behind if negative. Clocks that nobody sets (monotonic) are right.
 * WALL_FILE  a file of that number, which may be changed while the program runs.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t fixed_s;
static volatile const int64_t *ahead_s = &fixed_s;
static int (*real)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("WALL_S");
    fixed_s = text == NULL ? 0 : atol(text);
    text = getenv("WALL_FILE");
    if (text != NULL) {
        int file = open(text, O_RDONLY | O_CLOEXEC);
        void *found = mmap(NULL, sizeof *ahead_s, PROT_READ, MAP_SHARED, file, 0);
        if (found != MAP_FAILED) ahead_s = found;
        close(file);
    }
    real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
}

int clock_gettime(clockid_t id, struct timespec *now) {
    if (real == NULL) begin(); /* asked by another library's constructor */
    int done = real(id, now);
    if (done == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) now->tv_sec += *ahead_s;
    return done;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec read;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &read) != 0) return -1;
    now->tv_sec = read.tv_sec;
    now->tv_usec = read.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *place) {
    struct timespec read;
    clock_gettime(CLOCK_REALTIME, &read);
    if (place != NULL) *place = read.tv_sec;
    return read.tv_sec;
}
