/**
 * Finds models and data sets in the local cache of the Hugging Face Hub. It never uses a network.
 */
@NullMarked
package io.github.palimpsest.llm.hub;

import org.jspecify.annotations.NullMarked;
