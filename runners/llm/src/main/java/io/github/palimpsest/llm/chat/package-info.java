/**
 * The chat template of a model: where it is found, how it writes a conversation, and which part of
 * the text the model has to learn.
 */
@NullMarked
package io.github.palimpsest.llm.chat;

import org.jspecify.annotations.NullMarked;
