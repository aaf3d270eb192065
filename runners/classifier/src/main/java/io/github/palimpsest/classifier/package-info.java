/**
 * Text classifiers for streams of tasks with classes of their own. Builds the model, turns text
 * into tokens, and reads and writes a model as a folder.
 *
 * <p>Start with {@link io.github.palimpsest.classifier.ClassifierModel}.
 */
@NullMarked
package io.github.palimpsest.classifier;

import org.jspecify.annotations.NullMarked;
