package io.github.palimpsest.tck.scan;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Calls that no component may make, and the resources that they reach. */
final class Forbidden {
  private static final Pattern ENGINES_OWN =
      Pattern.compile(
          "org/tensorflow/(Graph|GraphOperation.*|Session.*|EagerSession.*|ConcreteFunction"
              + "|ExecutionEnvironment|TensorFlow|SavedModelBundle.*)"
              + "|org/tensorflow/internal/.*");
  private static final Pattern VARIABLE_METHOD =
      Pattern.compile(
          "variable|varHandleOp|varIsInitializedOp|temporaryVariable|readVariableOp|assign.*"
              + "|scatter(Nd)?(Add|Sub|Mul|Div|Min|Max|Update)|resource.*|(sparse)?[aA]pply[A-Z].*");
  private static final Pattern VARIABLE_CLASS =
      Pattern.compile(
          "org/tensorflow/op/(core|train)/(Variable|VarHandleOp|TemporaryVariable|ReadVariableOp"
              + "|Assign.*|Resource.*|(Sparse)?Apply[A-Z].*"
              + "|Scatter(Nd)?(Add|Sub|Mul|Div|Min|Max|Update))");
  private static final Pattern THREADS =
      Pattern.compile(
          "java/lang/Thread|java/lang/ThreadGroup|java/util/Timer|java/util/concurrent/"
              + "(Executor.*|ForkJoin.*|CompletableFuture|ThreadPoolExecutor|Scheduled.*"
              + "|Recursive.*|.*CompletionService)");
  private static final Pattern RANDOM =
      Pattern.compile("java/util/concurrent/ThreadLocalRandom|java/security/SecureRandom");
  private static final Pattern STREAM = Pattern.compile("java/util/stream/.*Stream");
  private static final Pattern PROCESS =
      Pattern.compile(
          "load|loadLibrary|exit|halt|gc|exec|addShutdownHook|setProperty|clearProperty|set(Out|Err|In)");
  private static final Pattern CLOCKS =
      Pattern.compile(
          "java/time/Clock|java/time/InstantSource|java/lang/management/.*|java/lang/ProcessHandle.*"
              + "|org/tensorflow/op/core/Timestamp");
  private static final Pattern REFLECTION =
      Pattern.compile("java/lang/reflect/.*|java/lang/invoke/(MethodHandles.*|VarHandle)");
  private static final Pattern OF_A_CLASS =
      Pattern.compile(
          "forName|newInstance|get(Declared)?(Method|Field|Constructor)s?|getResource(AsStream)?"
              + "|getClassLoader");
  private static final Pattern FILES =
      Pattern.compile(
          "java/nio/file/(Files|FileSystem.*)|java/nio/channels/.*|java/io/(RandomAccessFile"
              + "|File(Input|Output)Stream|File(Reader|Writer))");
  private static final Pattern OF_A_FILE =
      Pattern.compile("exists|is.*|list.*|mkdirs?|delete.*|create.*|rename.*|set.*|length|can.*");
  private static final Pattern NETWORK =
      Pattern.compile(
          "java/net/(.*Socket.*|URLConnection|HttpURLConnection|InetAddress|http/.*)"
              + "|javax/net/.*|com/sun/net/.*");
  private static final Pattern ENVIRONMENT = Pattern.compile("getenv|getProperty|getProperties");
  private static final Pattern MEMORY =
      Pattern.compile("java/lang/foreign/.*|sun/misc/Unsafe|jdk/internal/.*");
  private static final Set<String> OWN_SEED =
      Set.of("java/util/Random", "java/util/SplittableRandom");

  private Forbidden() {}

  /** The forbidden resource that a call reaches, or empty. */
  static Optional<String> call(String owner, String name, String descriptor) {
    boolean ops = owner.startsWith("org/tensorflow/op/");
    if (ENGINES_OWN.matcher(owner).matches()) {
      return Optional.of("a graph or session");
    }
    if ((ops
            && !owner.startsWith("org/tensorflow/op/core/")
            && VARIABLE_METHOD.matcher(name).matches())
        || VARIABLE_CLASS.matcher(owner).matches()) {
      return Optional.of("a variable");
    }
    if (THREADS.matcher(owner).matches()
        || name.equals("parallelStream")
        || (STREAM.matcher(owner).matches() && name.equals("parallel"))
        || (owner.equals("java/util/Arrays") && name.startsWith("parallel"))) {
      return Optional.of("a thread");
    }
    if (clock(owner, name, descriptor)) {
      return Optional.of("a clock");
    }
    if (random(owner, name, descriptor)) {
      return Optional.of("a random source of its own");
    }
    boolean process = owner.equals("java/lang/System") || owner.equals("java/lang/Runtime");
    if ((process && PROCESS.matcher(name).matches()) || owner.equals("java/lang/ProcessBuilder")) {
      return Optional.of("the process");
    }
    return outside(owner, name);
  }

  /** What lies outside the program, or behind its types. */
  private static Optional<String> outside(String owner, String name) {
    if (REFLECTION.matcher(owner).matches()
        || (owner.equals("java/lang/Class") && OF_A_CLASS.matcher(name).matches())) {
      return Optional.of("other classes by reflection");
    }
    if (MEMORY.matcher(owner).matches() || name.equals("allocateDirect")) {
      return Optional.of("memory outside the heap");
    }
    if (FILES.matcher(owner).matches()
        || (owner.equals("java/io/File") && OF_A_FILE.matcher(name).matches())) {
      return Optional.of("a file");
    }
    if (NETWORK.matcher(owner).matches()
        || (owner.equals("java/net/URL") && name.startsWith("open"))) {
      return Optional.of("the network");
    }
    boolean property =
        (owner.equals("java/lang/Boolean") && name.equals("getBoolean"))
            || (owner.equals("java/lang/Integer") && name.equals("getInteger"))
            || (owner.equals("java/lang/Long") && name.equals("getLong"));
    return property || (owner.equals("java/lang/System") && ENVIRONMENT.matcher(name).matches())
        ? Optional.of("the environment")
        : Optional.empty();
  }

  private static boolean clock(String owner, String name, String descriptor) {
    boolean now = name.equals("now");
    boolean ops = owner.startsWith("org/tensorflow/op/");
    return CLOCKS.matcher(owner).matches()
        || (ops && name.equals("timestamp"))
        || (owner.equals("java/lang/System")
            && (name.equals("nanoTime") || name.equals("currentTimeMillis")))
        || (owner.startsWith("java/time/") && now)
        || (owner.equals("java/util/Date") && name.equals("<init>") && descriptor.equals("()V"))
        || (owner.startsWith("java/nio/file/") && name.equals("getLastModifiedTime"))
        || (owner.equals("java/io/File") && name.equals("lastModified"))
        || (owner.endsWith("Calendar") && name.equals("getInstance"))
        || (owner.equals("java/util/GregorianCalendar") && descriptor.equals("()V"));
  }

  private static boolean random(String owner, String name, String descriptor) {
    boolean unseeded = name.equals("<init>") && descriptor.equals("()V");
    return RANDOM.matcher(owner).matches()
        || (OWN_SEED.contains(owner) && unseeded)
        || (owner.endsWith("Math") && name.equals("random"))
        || (owner.equals("java/lang/System") && name.equals("identityHashCode"))
        || (owner.equals("java/nio/file/Files") && name.startsWith("createTemp"))
        || (owner.equals("java/util/UUID") && name.equals("randomUUID"))
        || (owner.equals("java/util/Collections")
            && name.equals("shuffle")
            && descriptor.equals("(Ljava/util/List;)V"))
        || (owner.equals("java/util/random/RandomGenerator")
            && (name.equals("getDefault") || name.equals("of")))
        || (owner.equals("java/util/random/RandomGeneratorFactory")
            && name.equals("create")
            && descriptor.startsWith("()"))
        || (owner.equals("org/tensorflow/op/RandomOps") && !name.startsWith("stateless"))
        || (owner.startsWith("org/tensorflow/op/random/")
            && name.equals("create")
            && !owner.startsWith("org/tensorflow/op/random/Stateless"));
  }
}
