package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A page for browsers on this machine. */
public final class WebOptions {
  private static final int USUAL_PORT = 8080;

  @Option(
      names = "--web",
      description =
          "show the grid as a web page for browsers on this machine instead, until Ctrl-C; the"
              + " folder need not be there yet")
  public boolean web;

  @Option(
      names = "--port",
      converter = Ranged.Port.class,
      paramLabel = "N",
      description = "with --web: the port of the page; 0 for any free one; default: " + USUAL_PORT)
  @Nullable Integer port;

  /**
   * The port of the page.
   *
   * @throws PalimpsestException if a port is given without a page
   */
  public int port() {
    if (port != null && !web) {
      throw new PalimpsestException("--port belongs to --web: add --web, or leave out --port");
    }
    return port == null ? USUAL_PORT : port;
  }
}
