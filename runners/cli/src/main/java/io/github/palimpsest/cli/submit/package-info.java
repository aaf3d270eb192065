/**
 * Files that start workers on a cluster: {@link io.github.palimpsest.cli.submit.SubmissionOptions}
 * is what a user asks for, {@link io.github.palimpsest.cli.submit.Submission} what each kind of
 * file is written from. The page for users is {@code runners/docs/clusters.md}.
 */
@NullMarked
package io.github.palimpsest.cli.submit;

import org.jspecify.annotations.NullMarked;
