/**
 * What a language model is worth on given data: nats per token, bits per byte, the accuracy of
 * multiple choice by log-likelihood, of tokens, and of whole answers.
 *
 * <p>Start at {@link io.github.palimpsest.llm.score.LogLikelihoods}, the one thing that most
 * measures ask of a model, and {@link io.github.palimpsest.llm.score.Score}, what each of them
 * gives: a value together with the outcome of every example.
 *
 * <p>This package may use the api, the engine, {@code llm.text} and Jackson.
 */
@NullMarked
package io.github.palimpsest.llm.score;

import org.jspecify.annotations.NullMarked;
