"""THE MAP: which message goes to which stage, which adapter fills which port, who turns the clock.

desk        the books, the policy, the clock and new ids, put together once
recording   a person's facts and decisions -> the log
door        bytes of any channel -> the inbox -> the intake stage -> an answer
fhir        HTTP requests of FHIR clients -> the door
hl7v2       frames of MLLP peers -> the door
importing   files -> the door
telling     facts that a requester would see -> a notice in the outbox
loops       due dates -> the watcher; the outbox -> transports
web         the WSGI application
serving     the processes that run all of it
"""
