// jemalloc allocates in the binary and all it loads. Few threads run at once, and memory that one of them has freed
// should serve the others: few arenas, small caches of threads, and unused pages go back to the system soon, when a
// thread that allocates comes by; no thread is woken for it.
// The library reads this symbol (TUNING in jemalloc(3)); MALLOC_CONF in the environment has the last word.
extern "C" {
extern char const* const malloc_conf;
char const* const malloc_conf =
    "narenas:4,background_thread:false,dirty_decay_ms:500,muzzy_decay_ms:0,"
    "lg_tcache_max:12,tcache_nslots_small_max:24,tcache_gc_incr_bytes:16384";
}
