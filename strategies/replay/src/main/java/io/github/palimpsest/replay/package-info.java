/**
 * Rehearsal: examples of finished tasks come back in the batches of the current one.
 *
 * <p>Start at {@link io.github.palimpsest.replay.Replay}; what is kept is decided by an {@link
 * io.github.palimpsest.replay.EpisodicMemory}. This package may use the API and nothing else.
 */
@NullMarked
package io.github.palimpsest.replay;

import org.jspecify.annotations.NullMarked;
