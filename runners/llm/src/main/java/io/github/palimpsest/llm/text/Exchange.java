package io.github.palimpsest.llm.text;

/**
 * Text to read and text to learn.
 *
 * @param context what is given: a prompt with its template; may be empty
 * @param response what is to be predicted from it
 */
public record Exchange(String context, String response) {}
