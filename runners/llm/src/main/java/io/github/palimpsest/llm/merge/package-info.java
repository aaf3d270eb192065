/**
 * Merges of model folders: the folders are compared first, and the result is computed tensor by
 * tensor when it is saved. Start at {@link io.github.palimpsest.llm.merge.FolderMerge}.
 *
 * <p>This package may use the API and {@code llm.model}; decision 0057 explains what several models
 * mean to a merger.
 */
@NullMarked
package io.github.palimpsest.llm.merge;

import org.jspecify.annotations.NullMarked;
