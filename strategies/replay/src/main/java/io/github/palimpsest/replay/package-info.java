/**
 * Rehearsal: examples of finished tasks are added to the batches of the current one.
 *
 * <p>Start at {@link io.github.palimpsest.replay.Replay}; an {@link
 * io.github.palimpsest.replay.EpisodicMemory} chooses the examples to keep. This package may use
 * the API and nothing else.
 */
@NullMarked
package io.github.palimpsest.replay;

import org.jspecify.annotations.NullMarked;
