package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.discovery.Activity;
import io.github.palimpsest.cli.next.Given;
import io.github.palimpsest.cli.next.NextCommand;
import io.github.palimpsest.cli.option.EnumWord;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.cli.terminal.StandardOutput;
import io.github.palimpsest.cli.terminal.TerminalWriter;
import io.github.palimpsest.engine.divergence.DivergedException;
import io.github.palimpsest.execution.pool.Whereabouts;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.NativeLibraries;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command: reads arguments, runs a subcommand, turns failures into messages and exit codes. */
@Command(
    name = "palimpsest",
    description = "Trains language models on one task after another and measures what they forget.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Begin with 'palimpsest run quickstart'. 'palimpsest COMMAND --help' explains a command."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:success",
      "1:a cell or a check failed, or a file of a run is damaged",
      "2:wrong usage: an unknown name, a bad setting, bad input",
      "3:the components cannot be in one recipe",
      "4:the machine failed, for example because of a full disk or a folder that cannot be written",
      "130:stopped by Ctrl-C or SIGTERM",
      "141:the reader of standard output has gone"
    })
public final class Main implements Runnable {
  /** Stands before the command that helps after a failure. */
  static final String NEXT = "Next: ";

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "show stack traces and the messages of native libraries")
  void debug(boolean wanted) {
    System.setProperty(NativeMessages.DEBUG, Boolean.toString(wanted));
  }

  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private Main() {}

  /** Runs the command and ends the process. */
  public static void main(String[] arguments) {
    StandardOutput output = StandardOutput.ofProcess();
    System.setOut(System.err); // what a plugin prints is no result
    PrintWriter out = new PrintWriter(output.writer());
    PrintWriter err = new PrintWriter(new StandardError(), true, StandardCharsets.UTF_8);
    Optional<Whereabouts> watched = Whereabouts.ofThisProcess();
    watched.ifPresent(Activity::listen);
    watched.ifPresent(w -> Whereabouts.endWithParent());
    int code;
    try {
      Environment.findHome();
      Environment.checkArguments();
      code =
          watched.isEmpty() && Supervisor.isWantedBy(arguments)
              ? Supervisor.run(err, arguments)
              : run(out, err, arguments);
    } catch (PalimpsestException e) {
      new TerminalWriter(err).println("palimpsest: " + e.getMessage());
      code = ExitCode.USAGE;
    }
    out.flush();
    code = output.exitCode(code, err);
    err.flush();
    int ended = code;
    watched.ifPresent(w -> w.end(ended));
    System.exit(code);
  }

  /** Runs the command with other streams. */
  static int run(PrintWriter toOut, PrintWriter toErr, String... arguments) {
    TerminalWriter out = new TerminalWriter(toOut);
    TerminalWriter err = new TerminalWriter(toErr);
    try {
      return execute(out, err, arguments);
    } catch (Error e) {
      return failed(e, err, Optional.empty());
    }
  }

  private static int execute(TerminalWriter out, TerminalWriter err, String... arguments) {
    return commandLine(arguments)
        .setOut(out)
        .setErr(err)
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setExecutionStrategy(parsed -> execute(parsed, out))
        .setParameterExceptionHandler(
            (e, args) -> {
              String line =
                  e instanceof UnmatchedArgumentException unmatched
                      ? Unmatched.message(unmatched)
                      : e.getMessage();
              if (e instanceof UnmatchedArgumentException u && !u.getSuggestions().isEmpty()) {
                line += "; did you mean '" + u.getSuggestions().get(0) + "'?";
              }
              err.println("palimpsest: " + line);
              err.println(
                  "Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
              return ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (e, command, parsed) -> failed(e, err, NextCommand.after(e, Given.of(parsed))))
        .execute(arguments);
  }

  /** The command with the subcommand that the arguments begin with, or else with all of them. */
  private static CommandLine commandLine(String... arguments) {
    CommandLine command = plain();
    if (arguments.length > 0 && CommandGroups.addTo(command, arguments[0])) {
      EnumWord.register(command);
      return command;
    }
    return commandLine();
  }

  /** The command and its subcommands. */
  static CommandLine commandLine() {
    CommandLine command = plain();
    CommandGroups.addTo(command);
    EnumWord.register(command);
    return command;
  }

  /** An argument that begins with {@code @} is a value, such as a suite, and no file of others. */
  private static CommandLine plain() {
    return new CommandLine(new Main()).setExpandAtFiles(false);
  }

  /** Runs the command. Help contains no text from outside, so it may have colors. */
  private static int execute(ParseResult parsed, TerminalWriter out) {
    Unmatched.refuse(parsed);
    CommandLine root = parsed.commandSpec().commandLine();
    CommandLine.Help.Ansi colors =
        Environment.dumbTerminal() ? CommandLine.Help.Ansi.OFF : CommandLine.Help.Ansi.AUTO;
    ColorScheme plain = root.getColorScheme();
    root.setColorScheme(CommandLine.Help.defaultColorScheme(colors));
    Integer help = out.trusted(() -> CommandLine.executeHelpRequest(parsed));
    root.setColorScheme(plain);
    return help == null ? new CommandLine.RunLast().execute(parsed) : help;
  }

  private static int failed(Throwable thrown, PrintWriter err, Optional<String> next) {
    Throwable e =
        thrown instanceof InvalidPathException p
            ? new PalimpsestException(Environment.message(p), p)
            : thrown;
    boolean known = e instanceof PalimpsestException;
    String said =
        known
            ? e.getMessage()
            : NativeLibraries.reason(e).orElse("internal error: " + e + " (see --debug)");
    err.println("palimpsest: " + said);
    next.filter(command -> known).ifPresent(command -> err.println(NEXT + command));
    if (NativeMessages.debug()) {
      e.printStackTrace(err);
    }
    if (e instanceof RuleViolationException) {
      return ExitCode.RULE;
    }
    if (e instanceof OutputException && e.getCause() instanceof IOException) {
      return ExitCode.MACHINE;
    }
    return !known || e instanceof DivergedException || e instanceof DamagedFileException
        ? ExitCode.FAILED
        : ExitCode.USAGE;
  }

  /** Whatever {@link System#err} is at the moment: {@link NativeMessages} replaces it. */
  private static final class StandardError extends OutputStream {
    @Override
    public void write(int b) {
      System.err.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      System.err.write(bytes, from, length);
    }

    @Override
    public void flush() {
      System.err.flush();
    }
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
