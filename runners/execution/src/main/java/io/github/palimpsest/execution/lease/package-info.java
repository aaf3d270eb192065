/**
 * The right to work on a unit of an output folder that several machines share: {@link
 * io.github.palimpsest.execution.lease.Leases} grants it, and {@link
 * io.github.palimpsest.execution.lease.Publication} makes finished work appear once.
 *
 * <p>Nothing here compares the clocks of two machines or relies on locks of the operating system. A
 * lease is a file that one process created and that no other one had; its holder renews a heartbeat
 * in its {@link io.github.palimpsest.results.folder.RunNote}. An observer takes a lease over when
 * that note has not changed for the lease's time by the observer's own monotonic clock. See {@code
 * api/decisions/0063-leases-in-files.md}.
 */
@NullMarked
package io.github.palimpsest.execution.lease;

import org.jspecify.annotations.NullMarked;
