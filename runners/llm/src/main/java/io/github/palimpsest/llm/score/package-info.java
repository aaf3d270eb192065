/**
 * Scores of a language model on given data: nats per token, bits per byte, and the accuracy of
 * multiple choice by log-likelihood, of tokens, and of whole answers.
 *
 * <p>Start at {@link io.github.palimpsest.llm.score.LogLikelihoods}, which most measures need from
 * a model, and {@link io.github.palimpsest.llm.score.Score}, the result of each measure: a value
 * together with the outcome of every example.
 *
 * <p>This package may use the api, the engine, {@code llm.text} and Jackson.
 */
@NullMarked
package io.github.palimpsest.llm.score;

import org.jspecify.annotations.NullMarked;
